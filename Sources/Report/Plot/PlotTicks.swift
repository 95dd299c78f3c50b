import Foundation
import Platform

/// Where ticks go, and what is written at them.
enum PlotTicks {
    /// The step 1, 2 or 5 times a power of ten that cuts `range` into about so many parts.
    static func step(for range: Double, about count: Int) -> Double {
        let rough = range / Double(max(1, count))
        let power = pow(10, Foundation.log10(rough).rounded(.down))
        let lead = rough / power
        return (lead <= 1.0001 ? 1 : lead <= 2.0001 ? 2 : lead <= 5.0001 ? 5 : 10) * power
    }

    /// Multiples of `step` within the ends; each is computed by itself, so that none drifts.
    static func linear(from lower: Double, to upper: Double, step: Double) -> [Double] {
        let first = (lower / step - 1e-9).rounded(.up)
        let last = (upper / step + 1e-9).rounded(.down)
        guard last >= first, last - first < 100 else { return [] }
        return (0...Int(last - first)).map { (first + Double($0)) * step }
    }

    /// Powers of ten within the ends, every second or third where they are many, and 2 and 5 times
    /// them where they are few.
    static func logarithmic(from lower: Double, to upper: Double, about count: Int) -> [Double] {
        let first = Int((log10(lower) - 1e-9).rounded(.up))
        let last = Int((log10(upper) + 1e-9).rounded(.down))
        guard last >= first else { return [lower, upper] }
        let decades = last - first
        let stride = max(1, (decades + count - 1) / max(1, count))
        let exponents = Swift.stride(from: first, through: last, by: stride)
        if decades >= 2 { return exponents.map { pow(10, Double($0)) } }
        return ((first - 1)...last).flatMap { exponent in
            [1, 2, 5].map { $0 * pow(10, Double(exponent)) }
        }
        .filter { $0 >= lower * 0.9999 && $0 <= upper * 1.0001 }
    }

    static func powerOfTen(below value: Double) -> Double {
        pow(10, (log10(value) + 1e-9).rounded(.down))
    }

    static func powerOfTen(above value: Double) -> Double {
        pow(10, (log10(value) - 1e-9).rounded(.up))
    }

    static func log10(_ value: Double) -> Double { Foundation.log10(value) }

    /// The text at a tick, with no more digits than tell it from the next one.
    static func label(_ value: Double, on scale: PlotScale, format: PlotAxis.Format) -> String {
        switch format {
        case .percent: return NumberText.fixed(value * 100, decimals: 0) + " %"
        case .duration: return duration(value)
        case .number: break
        }
        if value == 0 { return "0" }
        let step = scale.isLogarithmic ? abs(value) : smallestStep(scale.ticks)
        for (unit, name) in [(1e6, "M"), (1e3, "k")] {
            guard abs(value) >= min(unit * 10, 1e6), step >= unit / 10 else { continue }
            let isWhole = abs(value / unit - (value / unit).rounded()) < 1e-6
            return NumberText.fixed(value / unit, decimals: isWhole ? 0 : 1) + name
        }
        if abs(value) < 1e-4 || abs(value) >= 1e7 { return NumberText.short(value) }
        guard step > 0 else { return NumberText.short(value) }
        let decimals = max(0, -Int((log10(step) + 1e-9).rounded(.down)))
        return NumberText.fixed(value, decimals: min(6, decimals))
    }

    /// Whole units only: ticks of a time axis are powers of ten and their likes.
    private static func duration(_ seconds: Double) -> String {
        if seconds == 0 { return "0" }
        let (value, unit) =
            seconds < 0.9999e-3
            ? (seconds * 1e6, "µs") : seconds < 0.9999 ? (seconds * 1e3, "ms") : (seconds, "s")
        return NumberText.fixed(value, decimals: value < 0.9999 ? 1 : 0) + " " + unit
    }

    private static func smallestStep(_ ticks: [Double]) -> Double {
        zip(ticks, ticks.dropFirst()).map { $1 - $0 }.min() ?? 0
    }
}
