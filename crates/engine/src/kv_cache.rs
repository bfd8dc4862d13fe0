//! The attention state of one sequence (or of several of equal length), kept outside the weights.

use candle_core::{Result, Tensor};

/// Keys and values of every layer for the tokens read so far.
///
/// Buffers are (batch, kv heads, capacity, head width); appending writes in place and capacity doubles, so that n
/// tokens cost O(n) copies. The cache is deliberately not `Clone`: see [`KvCache::fork`].
#[derive(Debug)]
pub struct KvCache {
    layers: Vec<Option<(Tensor, Tensor)>>,
    len: usize,
    limit: usize,
}

/// The least capacity of a buffer, in tokens.
const FIRST_CAPACITY: usize = 256;

impl KvCache {
    /// An empty cache for a model of `layers` layers that never holds more than `limit` tokens.
    pub fn new(layers: usize, limit: usize) -> Self {
        Self { layers: (0..layers).map(|_| None).collect(), len: 0, limit }
    }

    /// Tokens held.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no tokens are held.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The most tokens that it may hold.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Forgets all but the first `len` tokens.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// A copy of the first `len` tokens that can be continued on its own.
    pub fn fork(&self, len: usize) -> Result<Self> {
        let len = len.min(self.len);
        let mut fork = Self::new(self.layers.len(), self.limit);
        for (copy, layer) in fork.layers.iter_mut().zip(&self.layers) {
            if let (Some((k, v)), true) = (layer, len > 0) {
                *copy = Some((grown(k, len, self.capacity(len))?, grown(v, len, self.capacity(len))?));
            }
        }
        fork.len = len;
        Ok(fork)
    }

    /// Writes the keys and values (batch, kv heads, n, head width) of the next n tokens of one layer and returns
    /// those of all tokens. They count only after [`KvCache::advance`], so a failed step leaves no trace.
    pub(crate) fn append(&mut self, layer: usize, k: &Tensor, v: &Tensor) -> Result<(Tensor, Tensor)> {
        let total = self.len + k.dim(2)?;
        if total > self.limit {
            candle_core::bail!("{total} tokens do not fit into a cache of {}", self.limit);
        }
        let capacity = self.capacity(total);
        let slot = &mut self.layers[layer];
        let (keys, values) = match slot.clone() {
            Some((keys, values)) if keys.dim(2)? >= total => (keys, values),
            Some((keys, values)) => (grown(&keys, self.len, capacity)?, grown(&values, self.len, capacity)?),
            None => (empty_like(k, capacity)?, empty_like(v, capacity)?),
        };
        keys.slice_set(&k.contiguous()?, 2, self.len)?;
        values.slice_set(&v.contiguous()?, 2, self.len)?;
        let all = (keys.narrow(2, 0, total)?, values.narrow(2, 0, total)?);
        *slot = Some((keys, values));
        Ok(all)
    }

    /// Counts `n` tokens that every layer has appended.
    pub(crate) fn advance(&mut self, n: usize) {
        self.len += n;
    }

    fn capacity(&self, tokens: usize) -> usize {
        tokens.max(FIRST_CAPACITY).next_power_of_two().min(self.limit)
    }
}

fn empty_like(part: &Tensor, capacity: usize) -> Result<Tensor> {
    let (batch, heads, _, width) = part.dims4()?;
    Tensor::zeros((batch, heads, capacity, width), part.dtype(), part.device())
}

fn grown(buffer: &Tensor, len: usize, capacity: usize) -> Result<Tensor> {
    let next = empty_like(buffer, capacity)?;
    if len > 0 {
        next.slice_set(&buffer.narrow(2, 0, len)?.contiguous()?, 2, 0)?;
    }
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;

    fn part(from: u32, n: usize) -> Tensor {
        let data: Vec<f32> = (0..2 * n * 2).map(|i| (from as usize * 100 + i) as f32).collect();
        Tensor::from_vec(data, (1, 2, n, 2), &Device::Cpu).unwrap()
    }

    fn push(cache: &mut KvCache, x: &Tensor) -> Vec<f32> {
        let (k, _) = cache.append(0, x, x).unwrap();
        cache.advance(x.dim(2).unwrap());
        k.flatten_all().unwrap().to_vec1().unwrap()
    }

    #[test]
    fn appending_across_growth_equals_concatenation() {
        let mut cache = KvCache::new(1, 2000);
        let parts: Vec<Tensor> = (0..5).map(|i| part(i, 130)).collect();
        let mut last = Vec::new();
        for x in &parts {
            last = push(&mut cache, x);
        }
        let whole: Vec<f32> = Tensor::cat(&parts, 2).unwrap().flatten_all().unwrap().to_vec1().unwrap();
        assert_eq!(last, whole);
        assert_eq!(cache.len(), 650);
    }

    #[test]
    fn a_fork_does_not_write_into_its_origin() {
        let mut cache = KvCache::new(1, 100);
        push(&mut cache, &part(1, 4));
        let mut fork = cache.fork(2).unwrap();
        let forked = push(&mut fork, &part(7, 3));
        assert_eq!(forked.len(), 2 * 5 * 2);
        let original = push(&mut cache, &part(2, 1));
        assert_eq!(original[..8], part(1, 4).flatten_all().unwrap().to_vec1::<f32>().unwrap()[..8]);
    }

    #[test]
    fn an_append_that_is_not_counted_leaves_no_trace() {
        let mut cache = KvCache::new(1, 100);
        push(&mut cache, &part(1, 2));
        cache.append(0, &part(9, 2), &part(9, 2)).unwrap();
        let all = push(&mut cache, &part(2, 1));
        assert_eq!(all[4..6], [200.0, 201.0]);
    }

    #[test]
    fn more_than_the_limit_is_an_error() {
        let mut cache = KvCache::new(1, 4);
        push(&mut cache, &part(1, 3));
        assert!(cache.append(0, &part(1, 2), &part(1, 2)).is_err());
        cache.truncate(2);
        assert!(cache.append(0, &part(1, 2), &part(1, 2)).is_ok());
    }
}
