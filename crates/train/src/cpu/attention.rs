//! Causal attention of one sequence, forward and backward, block by block of 32 queries: no matrix of all queries by all
//! keys is ever kept (Dao et al. 2022, arXiv 2205.14135).

use super::tiles::{Packed, Size, product};
use lucy_engine::lanes::{dot, exp, max, sum};

/// Queries of a block.
const BLOCK: usize = 32;

/// The sizes of the heads.
#[derive(Debug, Clone, Copy)]
pub struct Heads {
    /// Query heads.
    pub queries: usize,
    /// Key and value heads.
    pub keys: usize,
    /// Numbers of a head: a multiple of 32.
    pub width: usize,
}

/// What goes in. A head of `q` and `k` is (tokens, width), one head after the other, `v` is (tokens, key heads · width).
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// Rotated queries.
    pub q: &'a [f32],
    /// Rotated keys.
    pub k: &'a [f32],
    /// Values; its rows are `stride` apart.
    pub v: &'a [f32],
    /// See `v`.
    pub stride: usize,
    /// Tokens.
    pub tokens: usize,
}

/// Buffers that are used again.
#[derive(Default)]
pub struct Scratch {
    q: Packed,
    q_columns: Packed,
    k: Packed,
    k_rows: Packed,
    v: Packed,
    go: Packed,
    go_columns: Packed,
    block: Packed,
    scores: Vec<f32>,
    slopes: Vec<f32>,
    out: Vec<f32>,
    gk: Vec<f32>,
    gv: Vec<f32>,
}

impl Heads {
    fn scale(self) -> f32 {
        (self.width as f32).sqrt().recip()
    }

    /// Writes the mixed values to `out` (tokens, query heads · width) and, for each head and query, the logarithm of the
    /// sum of its exponentials to `lse`.
    pub fn forward(self, inputs: Inputs, out: &mut [f32], lse: &mut [f32], scratch: &mut Scratch) {
        let Inputs { q, k, v, stride, tokens } = inputs;
        let (width, group, row) = (self.width, self.queries / self.keys, self.queries * self.width);
        let padded = tokens.next_multiple_of(BLOCK);
        let Scratch { q: left, k: keys, v: values, block, scores, out: mixed, .. } = scratch;
        scores.resize(BLOCK * padded, 0.0);
        mixed.resize(BLOCK * width, 0.0);
        for head in 0..self.queries {
            if head % group == 0 {
                let from = head / group;
                keys.right_columns(&k[from * tokens * width..], width, (tokens, width));
                values.right_rows(&v[from * width..], stride, (width, tokens));
            }
            left.left_rows(&q[head * tokens * width..], width, (tokens, width));
            for first in (0..tokens).step_by(BLOCK) {
                let (seen, rows) = (first + BLOCK, (tokens - first).min(BLOCK));
                let size = Size { rows: BLOCK, columns: seen, depth: width };
                product((left.from(first, 0), keys.all()), size, scores, seen, false);
                for (line, scores) in scores.chunks_exact_mut(seen).take(BLOCK).enumerate() {
                    let visible = if line < rows { first + line + 1 } else { 0 };
                    let log = softmax(scores, visible, self.scale());
                    if line < rows {
                        lse[head * tokens + first + line] = log;
                    }
                }
                block.left_rows(scores, seen, (BLOCK, seen));
                let size = Size { rows: BLOCK, columns: width, depth: seen };
                product((block.all(), values.all()), size, mixed, width, false);
                for (line, mixed) in mixed.chunks_exact(width).take(rows).enumerate() {
                    out[(first + line) * row + head * width..][..width].copy_from_slice(mixed);
                }
            }
        }
    }

    /// From the gradient of the mixed values, those of the inputs, in the layouts of the inputs; `gv` is overwritten
    /// where `v` is. `out` and `lse` are what [`Heads::forward`] gave.
    pub fn backward(
        self,
        inputs: Inputs,
        (out, lse, go): (&[f32], &[f32], &[f32]),
        (gq, gk, gv): (&mut [f32], &mut [f32], &mut [f32]),
        scratch: &mut Scratch,
    ) {
        let Inputs { q, k, v, stride, tokens } = inputs;
        let (width, group, row) = (self.width, self.queries / self.keys, self.queries * self.width);
        let padded = tokens.next_multiple_of(BLOCK);
        for buffer in [&mut scratch.scores, &mut scratch.slopes] {
            buffer.resize(BLOCK * padded, 0.0);
        }
        scratch.out.resize(BLOCK * width, 0.0);
        for head in 0..self.queries {
            let from = head / group;
            if head % group == 0 {
                let k = &k[from * tokens * width..];
                scratch.k.right_columns(k, width, (tokens, width));
                scratch.k_rows.right_rows(k, width, (width, tokens));
                scratch.v.right_columns(&v[from * width..], stride, (tokens, width));
                for sums in [&mut scratch.gk, &mut scratch.gv] {
                    sums.clear();
                    sums.resize(width * padded, 0.0);
                }
            }
            let (q, go) = (&q[head * tokens * width..], &go[head * width..]);
            scratch.q.left_rows(q, width, (tokens, width));
            scratch.q_columns.left_columns(q, width, (width, tokens));
            scratch.go.left_rows(go, row, (tokens, width));
            scratch.go_columns.left_columns(go, row, (width, tokens));
            let saved = (&out[head * width..], &lse[head * tokens..][..tokens], go);
            for first in (0..tokens).step_by(BLOCK) {
                self.block_backward((first, tokens, padded), saved, scratch);
                let rows = (tokens - first).min(BLOCK);
                gq[(head * tokens + first) * width..][..rows * width].copy_from_slice(&scratch.out[..rows * width]);
            }
            if (head + 1) % group == 0 {
                for t in 0..tokens {
                    for i in 0..width {
                        gk[(from * tokens + t) * width + i] = scratch.gk[i * padded + t];
                        gv[t * stride + from * width + i] = scratch.gv[i * padded + t];
                    }
                }
            }
        }
    }

    /// The queries `first..first + 32` of one head: their gradient to `scratch.out`, what the keys and values get of it
    /// added to `scratch.gk` and `scratch.gv`, both transposed.
    fn block_backward(
        self,
        (first, tokens, padded): (usize, usize, usize),
        (out, lse, go): (&[f32], &[f32], &[f32]),
        scratch: &mut Scratch,
    ) {
        let (width, row, scale, seen) = (self.width, self.queries * self.width, self.scale(), first + BLOCK);
        let Scratch { q, q_columns, k, k_rows, v, go: left, go_columns, block, scores, slopes, out: gq, gk, gv } =
            scratch;
        let across = Size { rows: BLOCK, columns: seen, depth: width };
        product((q.from(first, 0), k.all()), across, scores, seen, false);
        product((left.from(first, 0), v.all()), across, slopes, seen, false);
        let lines = scores.chunks_exact_mut(seen).zip(slopes.chunks_exact_mut(seen));
        for (line, (shares, slopes)) in lines.take(BLOCK).enumerate() {
            let t = first + line;
            let visible = if t < tokens { t + 1 } else { 0 };
            shares[visible..].fill(0.0);
            slopes[visible..].fill(0.0);
            if visible > 0 {
                let mean = dot(&out[t * row..][..width], &go[t * row..][..width]);
                for (share, slope) in shares[..visible].iter_mut().zip(&mut slopes[..visible]) {
                    *share = exp(*share * scale - lse[t]);
                    *slope = *share * (*slope - mean) * scale;
                }
            }
        }
        block.left_rows(slopes, seen, (BLOCK, seen));
        product((block.all(), k_rows.all()), Size { rows: BLOCK, columns: width, depth: seen }, gq, width, false);
        let down = Size { rows: width, columns: seen, depth: BLOCK };
        block.right_rows(slopes, seen, (seen, BLOCK));
        product((q_columns.from(0, first), block.all()), down, gk, padded, true);
        block.right_rows(scores, seen, (seen, BLOCK));
        product((go_columns.from(0, first), block.all()), down, gv, padded, true);
    }
}

/// The softmax of the first `visible` of `scores · scale`, zero for the rest; the logarithm of the sum of exponentials.
fn softmax(scores: &mut [f32], visible: usize, scale: f32) -> f32 {
    let (scores, hidden) = scores.split_at_mut(visible);
    hidden.fill(0.0);
    if scores.is_empty() {
        return 0.0;
    }
    let top = max(scores) * scale;
    for score in scores.iter_mut() {
        *score = exp(*score * scale - top);
    }
    let total = sum(scores);
    let share = total.recip();
    scores.iter_mut().for_each(|score| *score *= share);
    top + total.ln()
}
