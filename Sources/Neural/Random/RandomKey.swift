/// Names a sequence of random numbers: the session's seed, a purpose, and a tick or update.
///
/// A number is a function of its key, row and column alone. Filling a matrix whole, row by row, in shards or on other
/// threads gives the same numbers, and a decision can be recomputed from the log.
public struct RandomKey: Sendable, Hashable {
    /// The session's seed.
    public var seed: UInt64
    /// The purpose; each user of random numbers has its own.
    public var stream: UInt32
    /// The number of the tick, update or episode.
    public var step: UInt64

    /// Names a sequence.
    @inlinable
    public init(seed: UInt64, stream: UInt32, step: UInt64) {
        self.seed = seed
        self.stream = stream
        self.step = step
    }

    /// The same seed and stream at another step.
    @inlinable
    public func at(step: UInt64) -> RandomKey { RandomKey(seed: seed, stream: stream, step: step) }

    /// The same seed and step for another purpose.
    @inlinable
    public func on(stream: UInt32) -> RandomKey {
        RandomKey(seed: seed, stream: stream, step: step)
    }

    /// The generator's key: stream and step are mixed into the seed by one block, so that the whole counter is left
    /// for row and column.
    var generatorKey: SIMD2<UInt32> {
        let mixed = Philox.block(
            key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed &>> 32)),
            counter: SIMD4(
                stream, UInt32(truncatingIfNeeded: step), UInt32(truncatingIfNeeded: step &>> 32),
                0x484F_4E45))
        return SIMD2(mixed.x, mixed.y)
    }

    /// The four numbers at a row and a block of columns.
    @inline(always)
    static func block(_ key: SIMD2<UInt32>, row: UInt64, block: UInt32) -> SIMD4<UInt32> {
        Philox.block(
            key: key,
            counter: SIMD4(
                UInt32(truncatingIfNeeded: row), UInt32(truncatingIfNeeded: row &>> 32), block, 0))
    }

    /// A 64-bit number at an index.
    public func bits(index: UInt64) -> UInt64 {
        let words = RandomKey.block(generatorKey, row: index, block: 0)
        return UInt64(words.x) | UInt64(words.y) &<< 32
    }

    /// An integer from 0 to `bound` − 1 at an index, its bias below bound / 2⁶⁴.
    public func uniformInt(below bound: Int, index: UInt64) -> Int {
        precondition(bound > 0)
        return Int(bits(index: index).multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A number in [0, 1) at an index, with 24 bits.
    public func uniform(index: UInt64) -> Float {
        Float(bits(index: index) &>> 40) * 0x1p-24
    }

    /// Fills a buffer with integers from 0 to `bound` − 1; element i is `uniformInt(below:index:)` at firstIndex + i.
    public func fillUniformInt(
        _ target: UnsafeMutablePointer<Int32>, count: Int, below bound: Int,
        firstIndex: UInt64 = 0
    ) {
        precondition(bound > 0 && bound <= Int(Int32.max))
        let key = generatorKey
        for i in 0..<count {
            let words = RandomKey.block(key, row: firstIndex &+ UInt64(i), block: 0)
            let bits = UInt64(words.x) | UInt64(words.y) &<< 32
            target[i] = Int32(bits.multipliedFullWidth(by: UInt64(bound)).high)
        }
    }
}
