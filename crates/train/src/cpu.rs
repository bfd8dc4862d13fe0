//! Loss and gradients of a Qwen3 on a processor that multiplies bfloat16: the whole pass, forward and backward, written out.
//!
//! candle's own graph makes a new tensor in every step and a sum of zeros for every gradient; here the buffers are used
//! again, products are in bfloat16 with sums in f32, and attention keeps no square of scores. The formulas are those of
//! `lucy_engine::Qwen3`, which stays the reference: a test holds that both give the same loss and gradients.

mod attention;
mod tiles;

use anyhow::{Result, ensure};
use attention::{Heads, Inputs};
use lucy_engine::lanes::{exp, max, rms_norm, rms_norm_input, rms_norm_weight, rotate, sigmoid, sum};
use lucy_engine::{Config, RopeScaling};
pub(crate) use tiles::available;
use tiles::{Packed, Size, product};

/// A sequence of token ids and, for each, whether it is to be learned.
pub(crate) struct Sequence<'a> {
    pub ids: &'a [u32],
    pub learned: &'a [bool],
}

/// What a pass gives beside the gradients.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Sums {
    /// The loss of the learned tokens, summed, in nats.
    pub loss: f64,
    /// How many of them greedy decoding would get right.
    pub right: f64,
}

/// The shape of a model and where its parameters stand in one long vector, in the order of `Config::parameters`.
pub(crate) struct Plan {
    hidden: usize,
    inner: usize,
    vocab: usize,
    heads: Heads,
    eps: f32,
    theta: f64,
    layers: Vec<Layer>,
    norm: usize,
    /// Numbers of all parameters.
    pub len: usize,
}

/// Where the parameters of a block begin. Queries, keys and values follow each other, and so do gate and up.
struct Layer {
    attention_norm: usize,
    qkv: usize,
    q_norm: usize,
    k_norm: usize,
    o: usize,
    mlp_norm: usize,
    gate_up: usize,
    down: usize,
}

impl Plan {
    /// The plan of a model with tied embeddings, plain rotations and heads of a multiple of 32.
    ///
    /// # Errors
    /// If the model is another.
    pub fn new(config: &Config) -> Result<Self> {
        ensure!(config.tied && config.rope_scaling == RopeScaling::None && config.head_dim.is_multiple_of(32));
        let (d, width, inner) = (config.hidden_size, config.head_dim, config.intermediate_size);
        let (q, kv) = (config.heads * width, config.kv_heads * width);
        let mut at = config.vocab_size * d;
        let mut take = |count: usize| {
            at += count;
            at - count
        };
        let layers = (0..config.layers).map(|_| Layer {
            attention_norm: take(d),
            qkv: take((q + 2 * kv) * d),
            q_norm: take(width),
            k_norm: take(width),
            o: take(d * q),
            mlp_norm: take(d),
            gate_up: take(2 * inner * d),
            down: take(d * inner),
        });
        let layers = layers.collect();
        let norm = take(d);
        Ok(Self {
            hidden: d,
            inner,
            vocab: config.vocab_size,
            heads: Heads { queries: config.heads, keys: config.kv_heads, width },
            eps: config.rms_norm_eps as f32,
            theta: config.rope_theta,
            layers,
            norm,
            len: at,
        })
    }

    /// Numbers of queries, and of queries, keys and values together, of one token.
    fn widths(&self) -> (usize, usize) {
        let q = self.heads.queries * self.heads.width;
        (q, q + 2 * self.heads.keys * self.heads.width)
    }
}

/// The parameters, and their matrices packed for the products of both directions.
pub(crate) struct Weights {
    plain: Vec<f32>,
    embedding: Matrix,
    layers: Vec<[Matrix; 4]>,
}

/// A matrix (out, in).
#[derive(Default)]
struct Matrix {
    forward: Packed,
    backward: Packed,
    out: usize,
    width: usize,
}

const QKV: usize = 0;
const O: usize = 1;
const GATE_UP: usize = 2;
const DOWN: usize = 3;

impl Matrix {
    fn pack(&mut self, weights: &[f32], out: usize, width: usize) {
        (self.out, self.width) = (out, width);
        self.forward.right_columns(weights, width, (out, width));
        self.backward.right_rows(weights, width, (width, out));
    }

    /// `x · Wᵀ` of `rows` rows.
    fn forward(&self, x: &Packed, rows: usize, y: &mut [f32]) {
        let size = Size { rows, columns: self.out, depth: self.width };
        product((x.all(), self.forward.all()), size, y, self.out, false);
    }

    /// The gradient of x from that of `x · Wᵀ`.
    fn backward(&self, g: &Packed, rows: usize, dx: &mut [f32]) {
        let size = Size { rows, columns: self.width, depth: self.out };
        product((g.all(), self.backward.all()), size, dx, self.width, false);
    }
}

impl Weights {
    /// Packs `plain`.
    pub fn new(plan: &Plan, plain: Vec<f32>) -> Self {
        let (q, qkv) = plan.widths();
        let mut weights = Self { plain, embedding: Matrix::default(), layers: Vec::new() };
        weights.embedding.pack(&weights.plain, plan.vocab, plan.hidden);
        for layer in &plan.layers {
            let mut matrices = <[Matrix; 4]>::default();
            let shapes = [
                (layer.qkv, qkv, plan.hidden),
                (layer.o, plan.hidden, q),
                (layer.gate_up, 2 * plan.inner, plan.hidden),
                (layer.down, plan.hidden, plan.inner),
            ];
            for (matrix, (at, out, width)) in matrices.iter_mut().zip(shapes) {
                matrix.pack(&weights.plain[at..], out, width);
            }
            weights.layers.push(matrices);
        }
        weights
    }

    fn vector(&self, at: usize, len: usize) -> &[f32] {
        &self.plain[at..at + len]
    }
}

/// What a block keeps for the way back.
#[derive(Default)]
struct Kept {
    input: Vec<f32>,
    input_scale: Vec<f32>,
    qkv: Vec<f32>,
    head_scales: Vec<f32>,
    q: Vec<f32>,
    k: Vec<f32>,
    mixed: Vec<f32>,
    lse: Vec<f32>,
    middle: Vec<f32>,
    middle_scale: Vec<f32>,
    gate_up: Vec<f32>,
}

/// One worker's buffers.
#[derive(Default)]
pub(crate) struct Buffers {
    kept: Vec<Kept>,
    attention: attention::Scratch,
    packed: Packed,
    columns: Packed,
    x: Vec<f32>,
    wide: Vec<f32>,
    narrow: Vec<f32>,
    g: Vec<f32>,
    g_wide: Vec<f32>,
    g_mixed: Vec<f32>,
    g_q: Vec<f32>,
    g_k: Vec<f32>,
    cos: Vec<f32>,
    sin: Vec<f32>,
    logits: Vec<f32>,
}

fn sized(buffer: &mut Vec<f32>, len: usize) -> &mut [f32] {
    buffer.resize(len, 0.0);
    &mut buffer[..]
}

/// One pass over some sequences, whose tokens stand one after the other.
pub(crate) struct Pass<'a> {
    plan: &'a Plan,
    weights: &'a Weights,
    ids: Vec<u32>,
    /// Where each sequence begins and ends.
    spans: Vec<(usize, usize)>,
    /// The place and the next token where that one is learned.
    targets: Vec<(usize, usize)>,
}

impl<'a> Pass<'a> {
    /// A pass over sequences of at least two tokens.
    pub fn new(plan: &'a Plan, weights: &'a Weights, sequences: &[Sequence]) -> Self {
        let (mut ids, mut spans, mut targets) = (Vec::new(), Vec::new(), Vec::new());
        for Sequence { ids: tokens, learned } in sequences {
            let first = ids.len();
            ids.extend_from_slice(&tokens[..tokens.len() - 1]);
            spans.push((first, ids.len()));
            let learned = (1..tokens.len()).filter(|&at| learned[at]);
            targets.extend(learned.map(|at| (first + at - 1, tokens[at] as usize)));
        }
        Self { plan, weights, ids, spans, targets }
    }

    /// The sums of the learned tokens; the gradient of `loss · scale` is added to `gradient`.
    pub fn run(&self, scale: f32, buffers: &mut Buffers, gradient: &mut [f32]) -> Sums {
        let (plan, tokens) = (self.plan, self.ids.len());
        buffers.kept.resize_with(plan.layers.len(), Kept::default);
        self.rotations(buffers);
        let d = plan.hidden;
        buffers.x.clear();
        for &id in &self.ids {
            buffers.x.extend_from_slice(self.weights.vector(id as usize * d, d));
        }
        for index in 0..plan.layers.len() {
            self.forward(index, buffers);
        }
        sized(&mut buffers.g, tokens * d).fill(0.0);
        let sums = self.loss(scale, buffers, gradient);
        for index in (0..plan.layers.len()).rev() {
            self.backward(index, buffers, gradient);
        }
        for (&id, g) in self.ids.iter().zip(buffers.g.chunks_exact(d)) {
            let row = &mut gradient[id as usize * d..][..d];
            row.iter_mut().zip(g).for_each(|(sum, g)| *sum += g);
        }
        sums
    }

    fn rotations(&self, buffers: &mut Buffers) {
        let half = self.plan.heads.width / 2;
        let longest = self.spans.iter().map(|(from, to)| to - from).max().unwrap_or(0);
        let step = |i: usize| self.plan.theta.powf(-(i as f64) / half as f64) as f32;
        let steps: Vec<f32> = (0..half).map(step).collect();
        (buffers.sin, buffers.cos) =
            (0..longest).flat_map(|t| steps.iter().map(move |step| (t as f32 * step).sin_cos())).unzip();
    }

    /// One block: `buffers.x` becomes its output, and what the way back needs is kept.
    fn forward(&self, index: usize, buffers: &mut Buffers) {
        let (plan, tokens) = (self.plan, self.ids.len());
        let (layer, matrices) = (&plan.layers[index], &self.weights.layers[index]);
        let (d, (q_width, qkv_width)) = (plan.hidden, plan.widths());
        let Buffers { kept, attention, packed, x, wide, narrow, cos, sin, .. } = buffers;
        let kept = &mut kept[index];

        // 1. Queries, keys and values.
        kept.input.clone_from(x);
        let norm = self.weights.vector(layer.attention_norm, d);
        self.norm(x, norm, &mut kept.input_scale, sized(narrow, tokens * d));
        packed.left_rows(narrow, d, (tokens, d));
        matrices[QKV].forward(packed, tokens, sized(&mut kept.qkv, tokens * qkv_width));
        self.rotate(layer, kept, (cos, sin));

        // 2. Attention, sequence by sequence.
        sized(&mut kept.mixed, tokens * q_width);
        sized(&mut kept.lse, tokens * plan.heads.queries);
        for &(from, to) in &self.spans {
            let inputs = self.inputs(&kept.q, &kept.k, &kept.qkv, (from, to));
            let mixed = &mut kept.mixed[from * q_width..to * q_width];
            let lse = &mut kept.lse[from * plan.heads.queries..to * plan.heads.queries];
            plan.heads.forward(inputs, mixed, lse, attention);
        }
        packed.left_rows(&kept.mixed, q_width, (tokens, q_width));
        matrices[O].forward(packed, tokens, sized(narrow, tokens * d));
        x.iter_mut().zip(&*narrow).for_each(|(x, y)| *x += y);

        // 3. The MLP.
        kept.middle.clone_from(x);
        let norm = self.weights.vector(layer.mlp_norm, d);
        self.norm(x, norm, &mut kept.middle_scale, narrow);
        packed.left_rows(narrow, d, (tokens, d));
        matrices[GATE_UP].forward(packed, tokens, sized(&mut kept.gate_up, tokens * 2 * plan.inner));
        activate(&kept.gate_up, plan.inner, sized(wide, tokens * plan.inner));
        packed.left_rows(wide, plan.inner, (tokens, plan.inner));
        matrices[DOWN].forward(packed, tokens, narrow);
        x.iter_mut().zip(&*narrow).for_each(|(x, y)| *x += y);
    }

    /// The way back through one block: `buffers.g`, the gradient of its output, becomes that of its input.
    fn backward(&self, index: usize, buffers: &mut Buffers, gradient: &mut [f32]) {
        let (plan, tokens) = (self.plan, self.ids.len());
        let (layer, matrices) = (&plan.layers[index], &self.weights.layers[index]);
        let (d, inner, (q_width, qkv_width)) = (plan.hidden, plan.inner, plan.widths());
        let Buffers { kept, attention, packed, columns, wide, narrow, g, g_wide, g_mixed, g_q, g_k, cos, sin, .. } =
            buffers;
        let kept = &mut kept[index];
        let mut weight =
            |g: &[f32], x: &[f32], at: usize, matrix: &Matrix, columns: &mut Packed, packed: &mut Packed| {
                columns.left_columns(g, matrix.out, (matrix.out, tokens));
                packed.right_rows(x, matrix.width, (matrix.width, tokens));
                let size = Size { rows: matrix.out, columns: matrix.width, depth: tokens };
                let sums = &mut gradient[at..at + matrix.out * matrix.width];
                product((columns.all(), packed.all()), size, sums, matrix.width, true);
            };

        // 3. The MLP.
        activate(&kept.gate_up, inner, sized(wide, tokens * inner));
        weight(g, wide, layer.down, &matrices[DOWN], columns, packed);
        packed.left_rows(g, d, (tokens, d));
        matrices[DOWN].backward(packed, tokens, wide);
        activate_backward(&kept.gate_up, inner, wide, sized(g_wide, tokens * 2 * inner));
        scaled(&kept.middle, &kept.middle_scale, self.weights.vector(layer.mlp_norm, d), sized(narrow, tokens * d));
        weight(g_wide, narrow, layer.gate_up, &matrices[GATE_UP], columns, packed);
        packed.left_rows(g_wide, 2 * inner, (tokens, 2 * inner));
        matrices[GATE_UP].backward(packed, tokens, narrow);
        let norm = self.weights.vector(layer.mlp_norm, d);
        let mlp_norm = norm_backward(&kept.middle, &kept.middle_scale, norm, narrow, g);

        // 2. Attention.
        weight(g, &kept.mixed, layer.o, &matrices[O], columns, packed);
        packed.left_rows(g, d, (tokens, d));
        matrices[O].backward(packed, tokens, sized(g_mixed, tokens * q_width));
        let g_qkv = sized(g_wide, tokens * qkv_width);
        sized(g_q, tokens * q_width);
        sized(g_k, tokens * plan.heads.keys * plan.heads.width);
        for &(from, to) in &self.spans {
            let inputs = self.inputs(&kept.q, &kept.k, &kept.qkv, (from, to));
            let saved = (
                &kept.mixed[from * q_width..to * q_width],
                &kept.lse[from * plan.heads.queries..to * plan.heads.queries],
                &g_mixed[from * q_width..to * q_width],
            );
            let k_width = plan.heads.keys * plan.heads.width;
            let values = &mut g_qkv[from * qkv_width + qkv_width - k_width..];
            let grads = (&mut g_q[from * q_width..to * q_width], &mut g_k[from * k_width..to * k_width], values);
            plan.heads.backward(inputs, saved, grads, attention);
        }

        // 1. Queries, keys and values.
        let head_norms = self.rotate_backward(layer, kept, (g_q, g_k, &mut *g_qkv), (cos, sin));
        scaled(&kept.input, &kept.input_scale, self.weights.vector(layer.attention_norm, d), narrow);
        weight(g_qkv, narrow, layer.qkv, &matrices[QKV], columns, packed);
        packed.left_rows(g_qkv, qkv_width, (tokens, qkv_width));
        matrices[QKV].backward(packed, tokens, narrow);
        let norm = self.weights.vector(layer.attention_norm, d);
        let attention_norm = norm_backward(&kept.input, &kept.input_scale, norm, narrow, g);
        let [q_norm, k_norm] = head_norms;
        let vectors = [
            (layer.mlp_norm, mlp_norm),
            (layer.attention_norm, attention_norm),
            (layer.q_norm, q_norm),
            (layer.k_norm, k_norm),
        ];
        for (at, sums) in vectors {
            gradient[at..].iter_mut().zip(sums).for_each(|(sum, g)| *sum += g);
        }
    }

    /// The loss of the learned tokens; its gradient goes to `buffers.g`, the embedding and the last norm.
    fn loss(&self, scale: f32, buffers: &mut Buffers, gradient: &mut [f32]) -> Sums {
        let (plan, rows) = (self.plan, self.targets.len());
        let (d, vocab, norm) = (plan.hidden, plan.vocab, self.weights.vector(plan.norm, plan.hidden));
        let Buffers { packed, columns, x, narrow, wide, g, logits, .. } = buffers;
        let normed = sized(narrow, rows * d);
        let mut scales = Vec::with_capacity(rows);
        for (&(at, _), y) in self.targets.iter().zip(normed.chunks_exact_mut(d)) {
            scales.push(rms_norm(&x[at * d..][..d], norm, plan.eps, y));
        }
        packed.left_rows(normed, d, (rows, d));
        self.weights.embedding.forward(packed, rows, sized(logits, rows * vocab));
        let mut sums = Sums::default();
        for (&(_, target), logits) in self.targets.iter().zip(logits.chunks_exact_mut(vocab)) {
            let (top, wanted) = (max(logits), logits[target]);
            sums.right += f64::from(u8::from(wanted == top));
            logits.iter_mut().for_each(|logit| *logit = exp(*logit - top));
            let total = sum(logits);
            sums.loss += f64::from(top + total.ln() - wanted);
            let share = scale / total;
            logits.iter_mut().for_each(|logit| *logit *= share);
            logits[target] -= scale;
        }
        columns.left_columns(logits, vocab, (vocab, rows));
        packed.right_rows(normed, d, (d, rows));
        let size = Size { rows: vocab, columns: d, depth: rows };
        product((columns.all(), packed.all()), size, &mut gradient[..vocab * d], d, true);
        packed.left_rows(logits, vocab, (rows, vocab));
        let slopes = sized(wide, rows * d);
        self.weights.embedding.backward(packed, rows, slopes);
        let norm_sums = &mut gradient[plan.norm..plan.norm + d];
        for ((&(at, _), slope), &r) in self.targets.iter().zip(slopes.chunks_exact(d)).zip(&scales) {
            let place = at * d..(at + 1) * d;
            let x = &x[place.clone()];
            rms_norm_input(x, norm, r, slope, &mut g[place]);
            rms_norm_weight(x, r, slope, norm_sums);
        }
        sums
    }

    fn norm(&self, x: &[f32], weight: &[f32], scales: &mut Vec<f32>, y: &mut [f32]) {
        scales.clear();
        for (x, y) in x.chunks_exact(weight.len()).zip(y.chunks_exact_mut(weight.len())) {
            scales.push(rms_norm(x, weight, self.plan.eps, y));
        }
    }

    /// Queries and keys of `kept.qkv`, normalised and rotated, head by head within each sequence.
    fn rotate(&self, layer: &Layer, kept: &mut Kept, (cos, sin): (&[f32], &[f32])) {
        let (plan, width) = (self.plan, self.plan.heads.width);
        let (q_width, qkv_width) = plan.widths();
        let Kept { qkv, head_scales, q, k, .. } = kept;
        sized(q, self.ids.len() * q_width);
        sized(k, self.ids.len() * plan.heads.keys * width);
        head_scales.clear();
        let mut normed = vec![0.0; width];
        for &(from, to) in &self.spans {
            for t in from..to {
                let angle = (t - from) * width / 2..(t - from + 1) * width / 2;
                let angles = (&cos[angle.clone()], &sin[angle]);
                for head in 0..plan.heads.queries + plan.heads.keys {
                    let (norm, out) = self.head(layer, head, (from, to, t), (&mut *q, &mut *k));
                    let x = &qkv[t * qkv_width + head * width..][..width];
                    head_scales.push(rms_norm(x, norm, plan.eps, &mut normed));
                    rotate(&normed, angles, 1.0, out);
                }
            }
        }
    }

    /// The gradients of the norms of queries and keys; those of the queries and keys go to `g_qkv`.
    fn rotate_backward(
        &self,
        layer: &Layer,
        kept: &Kept,
        (g_q, g_k, g_qkv): (&mut [f32], &mut [f32], &mut [f32]),
        (cos, sin): (&[f32], &[f32]),
    ) -> [Vec<f32>; 2] {
        let (plan, width) = (self.plan, self.plan.heads.width);
        let (_, qkv_width) = plan.widths();
        let mut sums = [vec![0.0; width], vec![0.0; width]];
        let mut turned = vec![0.0; width];
        let mut scales = kept.head_scales.iter();
        for &(from, to) in &self.spans {
            for t in from..to {
                let angle = (t - from) * width / 2..(t - from + 1) * width / 2;
                let angles = (&cos[angle.clone()], &sin[angle]);
                for head in 0..plan.heads.queries + plan.heads.keys {
                    let (norm, g) = self.head(layer, head, (from, to, t), (&mut *g_q, &mut *g_k));
                    rotate(g, angles, -1.0, &mut turned);
                    let place = t * qkv_width + head * width..t * qkv_width + (head + 1) * width;
                    let r = scales.next().copied().unwrap_or_default();
                    let sum = &mut sums[usize::from(head >= plan.heads.queries)];
                    let x = &kept.qkv[place.clone()];
                    rms_norm_input(x, norm, r, &turned, &mut g_qkv[place]);
                    rms_norm_weight(x, r, &turned, sum);
                }
            }
        }
        sums
    }

    /// The norm of a head, queries first and then keys, and its place in `q` or `k` for token t of a sequence.
    fn head<'b>(
        &self,
        layer: &Layer,
        head: usize,
        (from, to, t): (usize, usize, usize),
        (q, k): (&'b mut [f32], &'b mut [f32]),
    ) -> (&'a [f32], &'b mut [f32]) {
        let Heads { queries, keys, width } = self.plan.heads;
        let (all, number, count, norm) = match head < queries {
            true => (q, head, queries, layer.q_norm),
            false => (k, head - queries, keys, layer.k_norm),
        };
        let at = (from * count + number * (to - from) + t - from) * width;
        (self.weights.vector(norm, width), &mut all[at..at + width])
    }

    fn inputs<'b>(&self, q: &'b [f32], k: &'b [f32], qkv: &'b [f32], (from, to): (usize, usize)) -> Inputs<'b> {
        let (q_width, qkv_width) = self.plan.widths();
        let k_width = self.plan.heads.keys * self.plan.heads.width;
        Inputs {
            q: &q[from * q_width..to * q_width],
            k: &k[from * k_width..to * k_width],
            v: &qkv[from * qkv_width + qkv_width - k_width..to * qkv_width],
            stride: qkv_width,
            tokens: to - from,
        }
    }
}

/// silu(gate) · up; a row of `gate_up` is both, one after the other.
fn activate(gate_up: &[f32], inner: usize, y: &mut [f32]) {
    for (row, y) in gate_up.chunks_exact(2 * inner).zip(y.chunks_exact_mut(inner)) {
        let (gate, up) = row.split_at(inner);
        for ((y, &gate), up) in y.iter_mut().zip(gate).zip(up) {
            *y = gate * sigmoid(gate) * up;
        }
    }
}

fn activate_backward(gate_up: &[f32], inner: usize, g: &[f32], out: &mut [f32]) {
    for ((row, g), out) in
        gate_up.chunks_exact(2 * inner).zip(g.chunks_exact(inner)).zip(out.chunks_exact_mut(2 * inner))
    {
        let ((gate, up), (g_gate, g_up)) = (row.split_at(inner), out.split_at_mut(inner));
        for i in 0..inner {
            let s = sigmoid(gate[i]);
            g_gate[i] = g[i] * up[i] * s * (1.0 + gate[i] * (1.0 - s));
            g_up[i] = g[i] * gate[i] * s;
        }
    }
}

/// The norm's output again, from its input and scales.
fn scaled(x: &[f32], scales: &[f32], weight: &[f32], y: &mut [f32]) {
    let d = weight.len();
    for ((x, y), r) in x.chunks_exact(d).zip(y.chunks_exact_mut(d)).zip(scales) {
        for i in 0..d {
            y[i] = x[i] * r * weight[i];
        }
    }
}

/// Adds the gradient of a norm's input to `g` and gives that of its weight.
fn norm_backward(x: &[f32], scales: &[f32], weight: &[f32], slopes: &[f32], g: &mut [f32]) -> Vec<f32> {
    let d = weight.len();
    let (mut sums, mut dx) = (vec![0.0; d], vec![0.0; d]);
    for (((x, slope), g), &r) in x.chunks_exact(d).zip(slopes.chunks_exact(d)).zip(g.chunks_exact_mut(d)).zip(scales) {
        rms_norm_input(x, weight, r, slope, &mut dx);
        rms_norm_weight(x, r, slope, &mut sums);
        g.iter_mut().zip(&dx).for_each(|(sum, dx)| *sum += dx);
    }
    sums
}

#[cfg(test)]
mod tests;
