import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type Tensor, arange, eye, full, random, tensor, variable, zeros } from '../../src/index.ts';

/** The text of a tensor, on a line of its own where there are several. */
function printed(x: Tensor): string {
  return `\n${String(x)}`;
}

describe('a tensor prints its values, its dtype and its shape', () => {
  test('of any rank', () => {
    expect(String(tensor(3))).toMatchInlineSnapshot(`"tensor(3, f32 [])"`);
    expect(String(tensor([1, 2.5, -3]))).toMatchInlineSnapshot(`"tensor([1, 2.5, -3], f32 [3])"`);
    expect(
      printed(
        tensor([
          [1, 2],
          [30, -4.25],
        ]),
      ),
    ).toMatchInlineSnapshot(`
      "
      tensor([[ 1,     2],
              [30, -4.25]], f32 [2, 2])"
    `);
    expect(printed(arange(12).reshape([2, 3, 2]))).toMatchInlineSnapshot(`
      "
      tensor([[[ 0,  1],
               [ 2,  3],
               [ 4,  5]],
              [[ 6,  7],
               [ 8,  9],
               [10, 11]]], i32 [2, 3, 2])"
    `);
    expect(String(tensor([true, false]))).toMatchInlineSnapshot(`"tensor([true, false], bool [2])"`);
    expect(String(tensor([[], []]))).toMatchInlineSnapshot(`
      "tensor([[],
              []], f32 [2, 0])"
    `);
    expect(String(zeros([0]))).toMatchInlineSnapshot(`"tensor([], f32 [0])"`);
  });

  test('whole numbers of 32 bits in full', () => {
    const key = tensor([195045567, -232761665, -(2 ** 31), 2 ** 31 - 1], { dtype: 'i32' });
    expect(String(key)).toBe('tensor([195045567, -232761665, -2147483648, 2147483647], i32 [4])');
  });

  test('with five digits, and what is special spelt out', () => {
    expect(
      String(tensor([1 / 3, 1e-10, 1e20, Math.PI * 1e6, -0, Number.NaN, Number.POSITIVE_INFINITY], { dtype: 'f64' })),
    ).toMatchInlineSnapshot(`"tensor([0.33333, 1e-10, 100000000000000000000, 3141600, -0, NaN, Infinity], f64 [7])"`);
    expect(String(tensor(0.1))).toBe('tensor(0.1, f32 [])');
  });

  test('large ones abridged, at every axis', () => {
    expect(String(arange(1000))).toMatchInlineSnapshot(`"tensor([0, 1, 2, ..., 997, 998, 999], i32 [1000])"`);
    expect(printed(eye(100))).toMatchInlineSnapshot(`
      "
      tensor([[1, 0, 0, ..., 0, 0, 0],
              [0, 1, 0, ..., 0, 0, 0],
              [0, 0, 1, ..., 0, 0, 0],
              ...,
              [0, 0, 0, ..., 1, 0, 0],
              [0, 0, 0, ..., 0, 1, 0],
              [0, 0, 0, ..., 0, 0, 1]], f32 [100, 100])"
    `);
    expect(printed(arange(2000).reshape([10, 10, 20]))).toMatchInlineSnapshot(`
      "
      tensor([[[   0,    1,    2, ...,   17,   18,   19],
               [  20,   21,   22, ...,   37,   38,   39],
               [  40,   41,   42, ...,   57,   58,   59],
               ...,
               [ 140,  141,  142, ...,  157,  158,  159],
               [ 160,  161,  162, ...,  177,  178,  179],
               [ 180,  181,  182, ...,  197,  198,  199]],
              [[ 200,  201,  202, ...,  217,  218,  219],
               [ 220,  221,  222, ...,  237,  238,  239],
               [ 240,  241,  242, ...,  257,  258,  259],
               ...,
               [ 340,  341,  342, ...,  357,  358,  359],
               [ 360,  361,  362, ...,  377,  378,  379],
               [ 380,  381,  382, ...,  397,  398,  399]],
              [[ 400,  401,  402, ...,  417,  418,  419],
               [ 420,  421,  422, ...,  437,  438,  439],
               [ 440,  441,  442, ...,  457,  458,  459],
               ...,
               [ 540,  541,  542, ...,  557,  558,  559],
               [ 560,  561,  562, ...,  577,  578,  579],
               [ 580,  581,  582, ...,  597,  598,  599]],
              ...,
              [[1400, 1401, 1402, ..., 1417, 1418, 1419],
               [1420, 1421, 1422, ..., 1437, 1438, 1439],
               [1440, 1441, 1442, ..., 1457, 1458, 1459],
               ...,
               [1540, 1541, 1542, ..., 1557, 1558, 1559],
               [1560, 1561, 1562, ..., 1577, 1578, 1579],
               [1580, 1581, 1582, ..., 1597, 1598, 1599]],
              [[1600, 1601, 1602, ..., 1617, 1618, 1619],
               [1620, 1621, 1622, ..., 1637, 1638, 1639],
               [1640, 1641, 1642, ..., 1657, 1658, 1659],
               ...,
               [1740, 1741, 1742, ..., 1757, 1758, 1759],
               [1760, 1761, 1762, ..., 1777, 1778, 1779],
               [1780, 1781, 1782, ..., 1797, 1798, 1799]],
              [[1800, 1801, 1802, ..., 1817, 1818, 1819],
               [1820, 1821, 1822, ..., 1837, 1838, 1839],
               [1840, 1841, 1842, ..., 1857, 1858, 1859],
               ...,
               [1940, 1941, 1942, ..., 1957, 1958, 1959],
               [1960, 1961, 1962, ..., 1977, 1978, 1979],
               [1980, 1981, 1982, ..., 1997, 1998, 1999]]], i32 [10, 10, 20])"
    `);
    expect(printed(full([1000, 2], 0.5))).toMatchInlineSnapshot(`
      "
      tensor([[0.5, 0.5],
              [0.5, 0.5],
              [0.5, 0.5],
              ...,
              [0.5, 0.5],
              [0.5, 0.5],
              [0.5, 0.5]], f32 [1000, 2])"
    `);
    expect(String(random.normal(random.key(1), [100_000])).length).toBeLessThan(120);
  });

  test('the console shows the same', () => {
    expect(inspect(tensor([1, 2]))).toBe('tensor([1, 2], f32 [2])');
    expect(inspect({ loss: tensor(0.25) })).toBe('{ loss: tensor(0.25, f32 []) }');
    expect(inspect(variable([1, 2], { name: 'w' }))).toBe('variable("w", f32 [2])');
  });
});
