/// Arithmetic over buffers of floats.
///
/// Every function takes pointers to `count` floats, reads each before it writes the same one (so source and target may
/// be the same buffer, but must not overlap otherwise), allocates nothing, and treats infinities and not-a-numbers as
/// documented at the functions.
public enum VectorMath {
    /// target ← value.
    public static func fill(_ target: UnsafeMutablePointer<Float>, count: Int, _ value: Float) {
        target.update(repeating: value, count: count)
    }

    /// target += source.
    public static func add(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) {
        var i = 0
        while i &+ laneCount <= count {
            store(load(target + i) + load(source + i), target + i)
            i &+= laneCount
        }
        while i < count {
            target[i] += source[i]
            i &+= 1
        }
    }

    /// target += source, for a source that may be written elsewhere.
    public static func add(
        _ source: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) { add(UnsafePointer(source), into: target, count: count) }

    /// target += factor · source.
    public static func add(
        _ source: UnsafePointer<Float>, times factor: Float,
        into target: UnsafeMutablePointer<Float>, count: Int
    ) {
        let f = Lanes(repeating: factor)
        var i = 0
        while i &+ laneCount <= count {
            store(load(target + i).addingProduct(load(source + i), f), target + i)
            i &+= laneCount
        }
        while i < count {
            target[i] = target[i].addingProduct(source[i], factor)
            i &+= 1
        }
    }

    /// target ← factor · target.
    public static func scale(
        _ target: UnsafeMutablePointer<Float>, count: Int, by factor: Float
    ) {
        let f = Lanes(repeating: factor)
        var i = 0
        while i &+ laneCount <= count {
            store(load(target + i) * f, target + i)
            i &+= laneCount
        }
        while i < count {
            target[i] *= factor
            i &+= 1
        }
    }

    /// target ← min(max(target, low), high); not a number stays so.
    public static func clamp(
        _ target: UnsafeMutablePointer<Float>, count: Int, low: Float, high: Float
    ) {
        let lows = Lanes(repeating: low)
        let highs = Lanes(repeating: high)
        var i = 0
        while i &+ laneCount <= count {
            store(smaller(larger(load(target + i), lows), highs), target + i)
            i &+= laneCount
        }
        while i < count {
            if target[i] < low { target[i] = low } else if target[i] > high { target[i] = high }
            i &+= 1
        }
    }

    /// target ← source + factor · (other − source): a mixture of two buffers.
    public static func interpolate(
        _ source: UnsafePointer<Float>, _ other: UnsafePointer<Float>, factor: Float,
        into target: UnsafeMutablePointer<Float>, count: Int
    ) {
        let f = Lanes(repeating: factor)
        var i = 0
        while i &+ laneCount <= count {
            let a = load(source + i)
            store(a.addingProduct(load(other + i) - a, f), target + i)
            i &+= laneCount
        }
        while i < count {
            target[i] = source[i].addingProduct(other[i] - source[i], factor)
            i &+= 1
        }
    }

    /// The sum of the elements, in a fixed order that depends on `count` only.
    public static func sum(_ source: UnsafePointer<Float>, count: Int) -> Float {
        var a = Lanes(repeating: 0)
        var b = a
        var c = a
        var d = a
        var i = 0
        while i &+ 64 <= count {
            a += load(source + i)
            b += load(source + i + 16)
            c += load(source + i + 32)
            d += load(source + i + 48)
            i &+= 64
        }
        while i &+ laneCount <= count {
            a += load(source + i)
            i &+= laneCount
        }
        a += load(source + i, first: count &- i)
        return Neural.sum((a + b) + (c + d))
    }

    /// The sum of the products, in a fixed order that depends on `count` only.
    public static func dot(
        _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, count: Int
    ) -> Float {
        var a = Lanes(repeating: 0)
        var b = a
        var c = a
        var d = a
        var i = 0
        while i &+ 64 <= count {
            a = a.addingProduct(load(left + i), load(right + i))
            b = b.addingProduct(load(left + i + 16), load(right + i + 16))
            c = c.addingProduct(load(left + i + 32), load(right + i + 32))
            d = d.addingProduct(load(left + i + 48), load(right + i + 48))
            i &+= 64
        }
        while i &+ laneCount <= count {
            a = a.addingProduct(load(left + i), load(right + i))
            i &+= laneCount
        }
        let rest = count &- i
        a = a.addingProduct(load(left + i, first: rest), load(right + i, first: rest))
        return Neural.sum((a + b) + (c + d))
    }

    /// The sum of the squares.
    public static func sumOfSquares(_ source: UnsafePointer<Float>, count: Int) -> Float {
        dot(source, source, count: count)
    }

    /// Whether every element is finite.
    public static func allFinite(_ source: UnsafePointer<Float>, count: Int) -> Bool {
        // x · 0 is 0 for finite x, and not a number for the rest.
        var a = Lanes(repeating: 0)
        let zero = a
        var i = 0
        while i &+ laneCount <= count {
            a = a.addingProduct(load(source + i), zero)
            i &+= laneCount
        }
        a = a.addingProduct(load(source + i, first: count &- i), zero)
        return Neural.sum(a) == 0
    }
}
