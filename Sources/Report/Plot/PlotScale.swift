/// An axis with its ends, its ticks and its place on the page.
struct PlotScale: Sendable {
    let lower: Double
    let upper: Double
    let ticks: [Double]
    let isLogarithmic: Bool
    /// Page coordinate of `lower` and of `upper`.
    let start: Double
    let end: Double

    /// Fits an axis to the values it must show; not finite ones are ignored.
    init(_ axis: PlotAxis, values: [Double], start: Double, end: Double, tickCount: Int) {
        self.start = start
        self.end = end
        isLogarithmic = axis.scale == .logarithmic
        let usable = values.filter { $0.isFinite && (axis.scale == .linear || $0 > 0) }
        var low = axis.lower ?? usable.min() ?? (isLogarithmic ? 1 : 0)
        var high = axis.upper ?? usable.max() ?? (isLogarithmic ? 10 : 1)
        if isLogarithmic {
            if axis.lower == nil { low = PlotTicks.powerOfTen(below: low) }
            if axis.upper == nil { high = PlotTicks.powerOfTen(above: high) }
            if !(high > low) { high = low * 10 }
            ticks = PlotTicks.logarithmic(from: low, to: high, about: tickCount)
        } else {
            if !(high > low) {
                let pad = max(abs(low) * 0.1, 0.5)
                if axis.lower == nil { low -= pad }
                high = low + 2 * pad
            }
            let step = PlotTicks.step(for: high - low, about: tickCount)
            if axis.lower == nil { low = (low / step + 1e-9).rounded(.down) * step }
            if axis.upper == nil { high = (high / step - 1e-9).rounded(.up) * step }
            ticks = PlotTicks.linear(from: low, to: high, step: step)
        }
        lower = low
        upper = high
    }

    /// Page coordinate of a value; one beyond an end is drawn at the end.
    func position(_ value: Double) -> Double {
        let fraction: Double
        if isLogarithmic {
            guard value > 0 else { return start }
            fraction = PlotTicks.log10(value / lower) / PlotTicks.log10(upper / lower)
        } else {
            fraction = (value - lower) / (upper - lower)
        }
        return start + min(1, max(0, fraction)) * (end - start)
    }
}
