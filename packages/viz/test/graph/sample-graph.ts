/** DOT text of a small training step, as `toDot` writes one: every kind of node, nested modules, a folded one, the backward pass. */
export const trainingStep: string = `digraph "training step" {
  node [shape=box, style=rounded, fontname="Helvetica", fontsize=13]
  edge [fontname="Helvetica", fontsize=11]
  x [label="x", class="input", shape=ellipse]
  subgraph "cluster_mlp" {
    label="mlp"; class="module"
    subgraph "cluster_mlp/hidden0" {
      label="mlp/hidden0"; class="module"
      w [label="weight\\nf32 [784, 128]", class="parameter", tooltip="mlp/hidden0/weight"]
      mm [label="matmul", class="op"]
      mmb [label="matmul", class="op backward"]
    }
    out [label="out\\n5 nodes", class="folded", shape=box3d]
  }
  one [label="1", class="constant"]
  loss [label="loss", class="op output"]
  x -> mm [label="f32 [32, 784]"]
  w -> mm [label="f32 [784, 128]"]
  mm -> out [label="f32 [32, 128]"]
  out -> loss [label="f32 []"]
  one -> mmb [class="backward"]
  x -> mmb [label="f32 [32, 784]", class="backward"]
}`;
