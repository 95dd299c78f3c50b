/// Share of what happened in the last steps, exact up to twenty of them and in twentieths beyond.
///
/// A value; the tick's thread; no allocation.
struct ShareWindow: Sendable {
    private static let parts = 20
    private var hits = InlineArray<20, UInt16>(repeating: 0)
    private var all = InlineArray<20, UInt16>(repeating: 0)
    private let used: Int
    private let stepsPerPart: Int
    private var part = 0
    private var stepsInPart = 0
    private var partsFilled = 0

    /// - Parameter steps: that the window is long; 1…20 · 1000.
    init(steps: Int) {
        precondition(steps > 0 && steps <= ShareWindow.parts * 1000)
        used = steps < ShareWindow.parts ? steps : ShareWindow.parts
        stepsPerPart = (steps + used - 1) / used
    }

    /// Takes the next step: `hit` of `count` things.
    mutating func take(_ hit: Int, of count: Int) {
        if stepsInPart == stepsPerPart {
            part = part + 1 == used ? 0 : part + 1
            (hits[part], all[part], stepsInPart) = (0, 0, 0)
        }
        hits[part] += UInt16(hit)
        all[part] += UInt16(count)
        stepsInPart += 1
        if stepsInPart == stepsPerPart, partsFilled < used { partsFilled += 1 }
    }

    /// 0…1; 0 until the window is full for the first time.
    var share: Double {
        guard partsFilled == used else { return 0 }
        var (hit, count) = (0, 0)
        for index in 0..<used {
            hit += Int(hits[index])
            count += Int(all[index])
        }
        return count > 0 ? Double(hit) / Double(count) : 0
    }

    /// Begins anew.
    mutating func restart() {
        hits = InlineArray(repeating: 0)
        all = InlineArray(repeating: 0)
        (part, stepsInPart, partsFilled) = (0, 0, 0)
    }
}
