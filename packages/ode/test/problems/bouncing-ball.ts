/** A ball that falls from rest and loses a tenth of its speed at each bounce. Between bounces it is a parabola. */

export const gravity = 9.81;
export const restitution = 0.9;
export const dropHeight = 1;

export function fall(_t: number, y: Float64Array, dy: Float64Array): void {
  dy[0] = y[1]!;
  dy[1] = -gravity;
}

/** Height and speed at time t, and when the ball has bounced so far. */
export function bouncingBall(t: number): { height: number; speed: number; bounces: number[] } {
  const bounces: number[] = [];
  let speed = Math.sqrt(2 * gravity * dropHeight);
  let next = speed / gravity;
  if (t < next) return { height: dropHeight - (gravity * t * t) / 2, speed: -gravity * t, bounces };
  for (;;) {
    bounces.push(next);
    speed *= restitution;
    const since = t - next;
    if (since < (2 * speed) / gravity) {
      return { height: speed * since - (gravity * since * since) / 2, speed: speed - gravity * since, bounces };
    }
    next += (2 * speed) / gravity;
  }
}
