import { linearSumAssignment } from '@pct/assignment';

/**
 * Possible links between the tracks that end in one layer and the hits of the next.
 *
 * Only links that lower the total are listed: their cost is that of the link minus that of leaving both ends
 * alone, so it is negative.
 */
export interface Links {
  /** First row, number of rows; rows are numbered from 0 here. */
  readonly rows: number;
  readonly columns: number;
  /** Links of row i are offsets[i] to offsets[i + 1], exclusive; [rows + 1]. */
  readonly offsets: Int32Array;
  /** Column of every link; may be longer than the number of links. */
  readonly column: Int32Array;
  /** Cost of every link, < 0. */
  readonly cost: Float64Array;
}

/**
 * Chooses the links with the smallest total cost so that no row and no column is used twice.
 *
 * The links are few, so they fall into many small groups of rows and columns that compete with one another; each
 * group is solved alone.
 *
 * @returns column of every row, or −1, [rows]
 */
export function chooseLinks(links: Links): Int32Array {
  const { rows, columns, offsets, column, cost } = links;
  const chosen = new Int32Array(rows).fill(-1);
  const groups = connect(links);
  // Members of every group as chains, in ascending order.
  const firstRow = new Int32Array(rows + columns).fill(-1);
  const firstColumn = new Int32Array(rows + columns).fill(-1);
  const next = new Int32Array(rows + columns).fill(-1);
  const rowCount = new Int32Array(rows + columns);
  const columnCount = new Int32Array(rows + columns);
  for (let j = columns - 1; j >= 0; j--) {
    const group = groups[rows + j]!;
    next[rows + j] = firstColumn[group]!;
    firstColumn[group] = rows + j;
    columnCount[group]!++;
  }
  for (let i = rows - 1; i >= 0; i--) {
    const group = groups[i]!;
    next[i] = firstRow[group]!;
    firstRow[group] = i;
    rowCount[group]!++;
  }

  const position = new Int32Array(columns);
  for (let group = 0; group < rows + columns; group++) {
    if (rowCount[group] === 0 || columnCount[group] === 0) continue;
    if (rowCount[group] === 1 || columnCount[group] === 1) {
      // All links of the group share their row or their column: the cheapest wins.
      let bestRow = -1;
      let best = -1;
      for (let i = firstRow[group]!; i >= 0; i = next[i]!) {
        for (let link = offsets[i]!; link < offsets[i + 1]!; link++) {
          if (best >= 0 && cost[link]! >= cost[best]!) continue;
          best = link;
          bestRow = i;
        }
      }
      chosen[bestRow] = column[best]!;
      continue;
    }
    const width = columnCount[group]!;
    const members = new Int32Array(width);
    let c = 0;
    for (let j = firstColumn[group]!; j >= 0; j = next[j]!) {
      members[c] = j - rows;
      position[j - rows] = c++;
    }
    const data = new Float64Array(rowCount[group]! * width).fill(Infinity);
    let r = 0;
    for (let i = firstRow[group]!; i >= 0; i = next[i]!, r++) {
      for (let link = offsets[i]!; link < offsets[i + 1]!; link++) {
        data[r * width + position[column[link]!]!] = cost[link]!;
      }
    }
    const { rowToColumn } = linearSumAssignment({ rows: r, columns: width, data }, { unmatchedCost: 0 });
    r = 0;
    for (let i = firstRow[group]!; i >= 0; i = next[i]!) {
      const match = rowToColumn[r++]!;
      if (match >= 0) chosen[i] = members[match]!;
    }
  }
  return chosen;
}

/** Number of the connected group of every row and column, [rows + columns]. */
function connect({ rows, columns, offsets, column }: Links): Int32Array {
  const parent = new Int32Array(rows + columns);
  for (let node = 0; node < parent.length; node++) parent[node] = node;
  for (let i = 0; i < rows; i++) {
    for (let link = offsets[i]!; link < offsets[i + 1]!; link++) {
      const a = findRoot(parent, i);
      const b = findRoot(parent, rows + column[link]!);
      parent[Math.max(a, b)] = Math.min(a, b);
    }
  }
  for (let node = 0; node < parent.length; node++) parent[node] = findRoot(parent, node);
  return parent;
}

function findRoot(parent: Int32Array, node: number): number {
  let root = node;
  while (parent[root] !== root) {
    parent[root] = parent[parent[root]!]!;
    root = parent[root]!;
  }
  return root;
}
