//! Matrix products of bfloat16 numbers with sums in f32, in the tiles that Intel's AMX multiplies: 16 rows of 64 bytes.
//! A row is also one register of AVX-512, whose products of pairs (`avx512_bf16`) do the same in more instructions.
//!
//! A left tile holds 16 rows of 32 numbers; a right tile holds 16 columns of 32, pair by pair: its row r has the numbers
//! 2r and 2r + 1 of every column. A packed matrix is a list of panels of 16 rows (or columns), each a list of tiles
//! along the depth. Edges are filled with zeros.
//!
//! The only unsafe code of the repository is here: the tile instructions exist in assembly alone, what is in Rust's
//! library for them is not stable yet, and AVX-512 may only be called where the processor has it.
#![allow(unsafe_code)]

use std::sync::OnceLock;

/// Rows or columns of a tile.
pub const SIDE: usize = 16;
/// Numbers along the depth of a tile.
pub const DEPTH: usize = 32;
/// Rows and columns of one step of a product: two tiles by two.
const BLOCK: usize = 2 * SIDE;

/// A row of a tile: 32 bfloat16 numbers in one line of the cache.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
struct Row([u16; DEPTH]);

const ZERO: Row = Row([0; DEPTH]);

/// A matrix in tiles. Its buffer is used again by the next matrix that is packed into it.
#[derive(Debug, Clone, Default)]
pub struct Packed {
    rows: Vec<Row>,
    /// Tiles along the depth.
    depth: usize,
}

impl Packed {
    /// The left factor from `count` rows of `depth` numbers, `stride` apart in `source`.
    pub fn left_rows(&mut self, source: &[f32], stride: usize, (count, depth): (usize, usize)) {
        self.pack(count, depth, |tile, i, k| rows(tile, source, stride, (i, count), (k, depth)));
    }

    /// The left factor from its transpose: `depth` rows of `count` numbers.
    pub fn left_columns(&mut self, source: &[f32], stride: usize, (count, depth): (usize, usize)) {
        self.pack(count, depth, |tile, i, k| {
            pairs(tile, source, stride, (k, depth), (i, count));
            transpose(tile);
        });
    }

    /// The right factor from `depth` rows of `count` numbers.
    pub fn right_rows(&mut self, source: &[f32], stride: usize, (count, depth): (usize, usize)) {
        self.pack(count, depth, |tile, i, k| pairs(tile, source, stride, (k, depth), (i, count)));
    }

    /// The right factor from its transpose: `count` rows of `depth` numbers, as a layer's weights are stored.
    pub fn right_columns(&mut self, source: &[f32], stride: usize, (count, depth): (usize, usize)) {
        self.pack(count, depth, |tile, i, k| {
            rows(tile, source, stride, (i, count), (k, depth));
            transpose(tile);
        });
    }

    fn pack(&mut self, count: usize, depth: usize, fill: impl Fn(&mut [Row; SIDE], usize, usize)) {
        let panels = count.div_ceil(BLOCK) * 2;
        self.depth = depth.div_ceil(DEPTH);
        self.rows.resize(panels * self.depth * SIDE, ZERO);
        for (number, tile) in self.rows.as_chunks_mut::<SIDE>().0.iter_mut().enumerate() {
            fill(tile, number / self.depth * SIDE, number % self.depth * DEPTH);
        }
    }

    /// The whole of it.
    pub fn all(&self) -> Part<'_> {
        self.from(0, 0)
    }

    /// What begins at this row (or column), a multiple of 32, and this depth, another one.
    pub fn from(&self, row: usize, depth: usize) -> Part<'_> {
        Part { packed: self, panel: row / SIDE, depth: depth / DEPTH }
    }
}

/// A part of a packed matrix: where it begins. How far it goes is the product's to say.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    packed: &'a Packed,
    panel: usize,
    depth: usize,
}

impl Part<'_> {
    fn tiles(&self, panel: usize, depth: usize) -> &[Row] {
        let first = ((self.panel + panel) * self.packed.depth + self.depth) * SIDE;
        &self.packed.rows[first..first + depth * SIDE]
    }
}

/// Numbers nearest to x, ties to even, in the upper half of the word.
#[inline(always)]
fn rounded(x: f32) -> u32 {
    let bits = x.to_bits();
    bits.wrapping_add(0x7fff + ((bits >> 16) & 1))
}

/// Rows `i..` of `source` as the rows of a tile. `(i, count)` and `(k, depth)` are the place and the size of the matrix.
#[inline(always)]
fn rows(tile: &mut [Row; SIDE], source: &[f32], stride: usize, (i, count): (usize, usize), (k, depth): (usize, usize)) {
    let width = (depth - k).min(DEPTH);
    for (r, row) in tile.iter_mut().enumerate() {
        if i + r >= count {
            *row = ZERO;
            continue;
        }
        let from = &source[(i + r) * stride + k..][..width];
        match from.first_chunk::<DEPTH>() {
            Some(from) => row.0 = from.map(|x| (rounded(x) >> 16) as u16),
            None => {
                *row = ZERO;
                row.0.iter_mut().zip(from).for_each(|(to, &x)| *to = (rounded(x) >> 16) as u16);
            }
        }
    }
}

/// Rows `k..` of `source`, two by two, as the rows of a tile: the numbers of a column stand side by side.
#[inline(always)]
fn pairs(
    tile: &mut [Row; SIDE],
    source: &[f32],
    stride: usize,
    (k, depth): (usize, usize),
    (i, count): (usize, usize),
) {
    let width = (count.saturating_sub(i)).min(SIDE);
    for (r, row) in tile.iter_mut().enumerate() {
        let line = |number: usize| match k + number < depth {
            true => source[(k + number) * stride..].get(i..i + width).unwrap_or_default(),
            false => &[],
        };
        let (even, odd) = (line(2 * r), line(2 * r + 1));
        match (even.first_chunk::<SIDE>(), odd.first_chunk::<SIDE>()) {
            (Some(even), Some(odd)) => {
                let mut words = [0u32; SIDE];
                for j in 0..SIDE {
                    words[j] = (rounded(even[j]) >> 16) | (rounded(odd[j]) & 0xffff_0000);
                }
                // SAFETY: both are 64 bytes of plain numbers.
                row.0 = unsafe { std::mem::transmute::<[u32; SIDE], [u16; DEPTH]>(words) };
            }
            _ => {
                *row = ZERO;
                even.iter().enumerate().for_each(|(j, &x)| row.0[2 * j] = (rounded(x) >> 16) as u16);
                odd.iter().enumerate().for_each(|(j, &x)| row.0[2 * j + 1] = (rounded(x) >> 16) as u16);
            }
        }
    }
}

/// Swaps rows and columns, a column being a pair of numbers.
#[inline(always)]
fn transpose(tile: &mut [Row; SIDE]) {
    // SAFETY: both are 16 times 64 bytes of plain numbers, and u32 needs less alignment.
    let words = unsafe { &mut *std::ptr::from_mut(tile).cast::<[[u32; SIDE]; SIDE]>() };
    for i in 0..SIDE {
        let (above, below) = words.split_at_mut(i);
        for (row, number) in above.iter_mut().zip(&mut below[0]) {
            std::mem::swap(&mut row[i], number);
        }
    }
}

/// What a product covers: rows of the left factor, columns of the right one, and the depth.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Numbers along the depth.
    pub depth: usize,
}

/// Writes `left · right` to `out`, whose rows are `stride` apart, or adds it to what is there.
pub fn product((left, right): (Part, Part), size: Size, out: &mut [f32], stride: usize, add: bool) {
    product_by(kernel(), (left, right), size, (out, stride), add);
}

/// Who multiplies tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kernel {
    Amx,
    Avx512,
    Portable,
}

fn product_by(kernel: Kernel, (left, right): (Part, Part), size: Size, (out, stride): (&mut [f32], usize), add: bool) {
    let depth = size.depth.div_ceil(DEPTH);
    let _tiles = (kernel == Kernel::Amx).then(Registers::configure);
    let mut scratch = [0f32; BLOCK * BLOCK];
    for column in (0..size.columns).step_by(BLOCK) {
        for row in (0..size.rows).step_by(BLOCK) {
            let tiles = [
                left.tiles(row / SIDE, depth),
                left.tiles(row / SIDE + 1, depth),
                right.tiles(column / SIDE, depth),
                right.tiles(column / SIDE + 1, depth),
            ];
            let (height, width) = ((size.rows - row).min(BLOCK), (size.columns - column).min(BLOCK));
            let at = row * stride + column;
            if height == BLOCK && width == BLOCK {
                let block = &mut out[at..at + (BLOCK - 1) * stride + BLOCK];
                block_product(kernel, tiles, block, stride, add);
                continue;
            }
            block_product(kernel, tiles, &mut scratch, BLOCK, false);
            for (line, from) in scratch.chunks_exact(BLOCK).take(height).enumerate() {
                let to = &mut out[at + line * stride..][..width];
                if add {
                    to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
                } else {
                    to.copy_from_slice(&from[..width]);
                }
            }
        }
    }
}

/// The product of two left and two right tiles, each along the depth: 32 × 32 numbers.
fn block_product(kernel: Kernel, tiles: [&[Row]; 4], out: &mut [f32], stride: usize, add: bool) {
    assert!(out.len() >= (BLOCK - 1) * stride + BLOCK && tiles.iter().all(|tile| tile.len() == tiles[0].len()));
    match kernel {
        #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
        // SAFETY: the registers are configured, `out` has 32 rows of 32 numbers, the tiles are equally long.
        Kernel::Amx => unsafe { amx_block(tiles, out, stride, add) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the processor has the instructions, or it would be another kernel.
        Kernel::Avx512 => unsafe { avx512_block(tiles, out, stride, add) },
        _ => portable_block(tiles, out, stride, add),
    }
}

fn portable_block([a0, a1, b0, b1]: [&[Row]; 4], out: &mut [f32], stride: usize, add: bool) {
    let wide = |number: u16| f32::from_bits(u32::from(number) << 16);
    for (left, row) in [(a0, 0), (a1, SIDE)] {
        for (right, column) in [(b0, 0), (b1, SIDE)] {
            for i in 0..SIDE {
                for j in 0..SIDE {
                    let mut sum = 0.0;
                    for (left, right) in left.chunks_exact(SIDE).zip(right.chunks_exact(SIDE)) {
                        for (k, pair) in right.iter().enumerate() {
                            sum += wide(left[i].0[2 * k]) * wide(pair.0[2 * j]);
                            sum += wide(left[i].0[2 * k + 1]) * wide(pair.0[2 * j + 1]);
                        }
                    }
                    let to = &mut out[(row + i) * stride + column + j];
                    *to = if add { *to + sum } else { sum };
                }
            }
        }
    }
}

/// The pairs of a tile.
#[cfg(target_arch = "x86_64")]
fn words(tile: &[Row; SIDE]) -> &[[i32; SIDE]; SIDE] {
    // SAFETY: both are 16 times 64 bytes of plain numbers, and i32 needs less alignment.
    unsafe { &*std::ptr::from_ref(tile).cast() }
}

/// Eight rows of the left tiles at a time: their sums, two registers a row, stay in registers along the whole depth.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bf16")]
fn avx512_block([a0, a1, b0, b1]: [&[Row]; 4], out: &mut [f32], stride: usize, add: bool) {
    use std::arch::x86_64::{
        __m512bh, _mm512_add_ps, _mm512_dpbf16_ps, _mm512_loadu_ps, _mm512_set1_epi32, _mm512_setzero_ps,
        _mm512_storeu_ps,
    };
    const ROWS: usize = SIDE / 2;
    for (left, row, first) in [(a0, 0, 0), (a0, ROWS, ROWS), (a1, SIDE, 0), (a1, SIDE + ROWS, ROWS)] {
        let mut sums = [[_mm512_setzero_ps(); 2]; ROWS];
        for ((left, b0), b1) in
            left.as_chunks::<SIDE>().0.iter().map(words).zip(b0.as_chunks::<SIDE>().0).zip(b1.as_chunks::<SIDE>().0)
        {
            for k in 0..SIDE {
                // SAFETY: a row is 64 bytes of plain numbers, as a register is.
                let right = [b0[k], b1[k]].map(|row| unsafe { std::mem::transmute::<Row, __m512bh>(row) });
                for (sums, left) in sums.iter_mut().zip(&left[first..first + ROWS]) {
                    let pair = _mm512_set1_epi32(left[k]);
                    // SAFETY: both are 64 bytes of plain numbers.
                    let pair = unsafe { std::mem::transmute::<std::arch::x86_64::__m512i, __m512bh>(pair) };
                    sums[0] = _mm512_dpbf16_ps(sums[0], pair, right[0]);
                    sums[1] = _mm512_dpbf16_ps(sums[1], pair, right[1]);
                }
            }
        }
        for (line, sums) in out[row * stride..].chunks_mut(stride).zip(sums) {
            for (to, sum) in line[..BLOCK].as_chunks_mut::<SIDE>().0.iter_mut().zip(sums) {
                // SAFETY: `to` is 16 numbers.
                unsafe {
                    let sum = if add { _mm512_add_ps(_mm512_loadu_ps(to.as_ptr()), sum) } else { sum };
                    _mm512_storeu_ps(to.as_mut_ptr(), sum);
                }
            }
        }
    }
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
unsafe fn amx_block([a0, a1, b0, b1]: [&[Row]; 4], out: &mut [f32], stride: usize, add: bool) {
    let upper = out.as_mut_ptr();
    // SAFETY: `out` has 32 rows; see above.
    let lower = unsafe { upper.add(SIDE * stride) };
    // SAFETY: every address lies within the slices: 1,024 bytes a tile, `depth` tiles.
    unsafe {
        std::arch::asm!(
            "test {add}, {add}",
            "jz 3f",
            "tileloadd tmm0, [{upper} + {stride}*1]",
            "tileloadd tmm1, [{upper} + {stride}*1 + 64]",
            "tileloadd tmm2, [{lower} + {stride}*1]",
            "tileloadd tmm3, [{lower} + {stride}*1 + 64]",
            "jmp 2f",
            "3:",
            "tilezero tmm0",
            "tilezero tmm1",
            "tilezero tmm2",
            "tilezero tmm3",
            "2:",
            "tileloadd tmm4, [{a0} + {line}*1]",
            "tileloadd tmm6, [{b0} + {line}*1]",
            "tileloadd tmm7, [{b1} + {line}*1]",
            "tileloadd tmm5, [{a1} + {line}*1]",
            "tdpbf16ps tmm0, tmm4, tmm6",
            "tdpbf16ps tmm1, tmm4, tmm7",
            "tdpbf16ps tmm2, tmm5, tmm6",
            "tdpbf16ps tmm3, tmm5, tmm7",
            "add {a0}, 1024",
            "add {a1}, 1024",
            "add {b0}, 1024",
            "add {b1}, 1024",
            "dec {depth}",
            "jnz 2b",
            "tilestored [{upper} + {stride}*1], tmm0",
            "tilestored [{upper} + {stride}*1 + 64], tmm1",
            "tilestored [{lower} + {stride}*1], tmm2",
            "tilestored [{lower} + {stride}*1 + 64], tmm3",
            add = in(reg) usize::from(add),
            upper = in(reg) upper,
            lower = in(reg) lower,
            stride = in(reg) stride * size_of::<f32>(),
            line = in(reg) size_of::<Row>(),
            a0 = inout(reg) a0.as_ptr() => _,
            a1 = inout(reg) a1.as_ptr() => _,
            b0 = inout(reg) b0.as_ptr() => _,
            b1 = inout(reg) b1.as_ptr() => _,
            depth = inout(reg) a0.len() / SIDE => _,
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack),
        );
    }
}

/// The tile registers of this thread, eight of 16 rows of 64 bytes, until it is dropped.
struct Registers;

impl Registers {
    fn configure() -> Self {
        #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
        {
            let mut layout = [0u8; 64];
            layout[0] = 1;
            for register in 0..8 {
                layout[16 + 2 * register] = 64;
                layout[48 + register] = 16;
            }
            // SAFETY: `available` has asked for the registers; the layout is that of palette 1.
            unsafe { std::arch::asm!("ldtilecfg [{}]", in(reg) layout.as_ptr(), options(nostack, readonly)) };
        }
        Self
    }
}

impl Drop for Registers {
    fn drop(&mut self) {
        #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
        // SAFETY: gives back what `configure` took.
        unsafe {
            std::arch::asm!("tilerelease", options(nostack, nomem));
        }
    }
}

/// Whether the processor has instructions for products of bfloat16, and the system lets this program use them.
pub fn available() -> bool {
    kernel() != Kernel::Portable
}

fn kernel() -> Kernel {
    static KERNEL: OnceLock<Kernel> = OnceLock::new();
    *KERNEL.get_or_init(|| {
        if has_amx() {
            Kernel::Amx
        } else if has_avx512() {
            Kernel::Avx512
        } else {
            Kernel::Portable
        }
    })
}

#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    std::is_x86_feature_detected!("avx512bf16") && std::is_x86_feature_detected!("avx512f")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_avx512() -> bool {
    false
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn has_amx() -> bool {
    const AMX_BF16: u32 = 1 << 22;
    const AMX_TILE: u32 = 1 << 24;
    /// arch_prctl's request for a part of the processor's state, and the number of the tile data.
    const REQUEST: i64 = 0x1023;
    const TILE_DATA: i64 = 18;
    if std::arch::x86_64::__cpuid(0).eax < 7 {
        return false;
    }
    let features = std::arch::x86_64::__cpuid_count(7, 0).edx;
    // SAFETY: the call changes nothing but what this process may use.
    features & (AMX_BF16 | AMX_TILE) == AMX_BF16 | AMX_TILE
        && unsafe { libc::syscall(libc::SYS_arch_prctl, REQUEST, TILE_DATA) } == 0
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
fn has_amx() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Few bits: such numbers are exact in bfloat16, and so are their products' sums in f32.
            ((state >> 24) as f32 - 128.0) / 16.0
        };
        (0..count).map(|_| next()).collect()
    }

    fn expected(a: &[f32], b: &[f32], (m, n, k): (usize, usize, usize)) -> Vec<f32> {
        let cell = |at: usize| (0..k).map(|l| a[at / n * k + l] * b[l * n + at % n]).sum();
        (0..m * n).map(cell).collect()
    }

    fn transposed(a: &[f32], (rows, columns): (usize, usize)) -> Vec<f32> {
        (0..rows * columns).map(|at| a[at % rows * columns + at / rows]).collect()
    }

    #[test]
    fn products_are_exact_from_every_layout_at_every_edge() {
        let here = [(Kernel::Portable, true), (Kernel::Amx, has_amx()), (Kernel::Avx512, has_avx512())];
        let kernels: Vec<_> = here.into_iter().filter(|(_, here)| *here).map(|(kernel, _)| kernel).collect();
        for (m, n, k) in [(1, 1, 1), (32, 32, 32), (33, 47, 70), (64, 16, 31), (17, 96, 128)] {
            let (a, b) = (numbers(m * k, 1), numbers(k * n, 2));
            let want = expected(&a, &b, (m, n, k));
            let (at, bt) = (transposed(&a, (m, k)), transposed(&b, (k, n)));
            let mut lefts = [Packed::default(), Packed::default()];
            lefts[0].left_rows(&a, k, (m, k));
            lefts[1].left_columns(&at, m, (m, k));
            let mut rights = [Packed::default(), Packed::default()];
            rights[0].right_rows(&b, n, (n, k));
            rights[1].right_columns(&bt, k, (n, k));
            for &kernel in &kernels {
                for (left, right) in lefts.iter().zip(&rights) {
                    let size = Size { rows: m, columns: n, depth: k };
                    let mut out = vec![1.0; m * n];
                    product_by(kernel, (left.all(), right.all()), size, (&mut out, n), false);
                    assert_eq!(out, want, "{kernel:?} {m} {n} {k}");
                    product_by(kernel, (left.all(), right.all()), size, (&mut out, n), true);
                    assert!(out.iter().zip(&want).all(|(got, want)| *got == 2.0 * want));
                }
            }
        }
    }

    #[test]
    fn a_part_begins_where_it_says() {
        let (a, b) = (numbers(64 * 64, 3), numbers(64 * 32, 4));
        let (mut left, mut right) = (Packed::default(), Packed::default());
        left.left_rows(&a, 64, (64, 64));
        right.right_rows(&b, 32, (32, 64));
        let mut out = vec![0.0; 32 * 32];
        product((left.from(32, 32), right.from(0, 32)), Size { rows: 32, columns: 32, depth: 32 }, &mut out, 32, false);
        let cell = |at: usize| -> f32 { (32..64).map(|k| a[(32 + at / 32) * 64 + k] * b[k * 32 + at % 32]).sum() };
        assert_eq!(out, (0..32 * 32).map(cell).collect::<Vec<_>>());
    }

    #[test]
    fn numbers_are_rounded_to_the_nearest() {
        for x in [1.0f32, 1.003, -0.7, 3e-5, 1234.5] {
            assert_eq!((rounded(x) >> 16) as u16, half::bf16::from_f32(x).to_bits());
        }
    }
}
