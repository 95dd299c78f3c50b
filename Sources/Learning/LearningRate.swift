import Glibc

/// Learning rates by update number, from 0; `Learning/Algorithm.md` 4.2 and A6.
public enum LearningRate {
    /// Linear warm-up: rate · min(1, t/warm-up), so the first update has rate 0 when there is one.
    public static func warmedUp(_ rate: Double, update: Int, warmup: Int) -> Float {
        guard warmup > 0 else { return Float(rate) }
        return Float(rate * min(1, Double(update) / Double(warmup)))
    }

    /// Linear warm-up, then a cosine to zero at `total` updates.
    public static func cosine(_ rate: Double, update: Int, warmup: Int, total: Int) -> Float {
        // A short run is not spent on warming up alone.
        let warm = min(warmup, total / 4)
        if update < warm { return warmedUp(rate, update: update, warmup: warm) }
        let share = Double(update - warm) / Double(max(1, total - warm))
        return Float(rate * 0.5 * (1 + cos(Double.pi * min(1, share))))
    }
}
