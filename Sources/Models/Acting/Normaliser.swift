import Embodiment
import Neural

/// Centres and scales what a policy and its critic see and do, number by number.
///
/// Observations: x ← (x − mean) / scale, limited. Actions: a ← (a − centre) / half, so that −1…1 is what the
/// demonstrations used of the action box. Fitted once on the demonstrations and part of every snapshot. One writer;
/// reading is safe from any thread once fitted.
public final class Normaliser {
    /// Scalars of one observation, O.
    public let observationCount: Int
    /// Scalars of one action, A.
    public let actionCount: Int
    /// As `layout` has it.
    public let arena: Arena
    /// A number that varies by less than this share of its span did not vary: its scale is the span.
    ///
    /// A standard deviation; encoders and cameras are noisier than this.
    public static let stillShare: Float = 1e-3
    /// The least scale of a number that varied, as a share of its span.
    ///
    /// What varied by less is seen as smaller, not as more: a gripper that stood still but for noise and moves a little when
    /// the policy acts must not look like nothing that was ever demonstrated.
    public static let leastShare: Float = 1e-2
    /// Once fitted, normalised observations are limited to this many scales.
    public static let fittedLimit: Float = 5

    /// The identity, without a limit.
    public init(observationCount: Int, actionCount: Int) {
        self.observationCount = observationCount
        self.actionCount = actionCount
        arena = Arena(count: 2 * observationCount + 1 + 2 * actionCount)
        for index in 0..<observationCount { scales[index] = 1 }
        arena.base[2 * observationCount] = .greatestFiniteMagnitude
        for axis in 0..<actionCount { actionHalves[axis] = 1 }
    }

    /// Mean and scale [O] of observations, their limit [1], centre and half width [A] of actions.
    ///
    /// Files of before the last two are read as if they stood for the whole action box.
    public static func layout(observationCount: Int, actionCount: Int) -> ParameterLayout {
        var layout = ParameterLayout()
        layout.add("mean", [observationCount])
        layout.add("deviation", [observationCount])
        layout.add("limit", [1])
        layout.add("action_centre", [actionCount], absent: 0)
        layout.add("action_half", [actionCount], absent: 1)
        return layout
    }

    /// Means [O].
    public var means: UnsafeMutablePointer<Float> { arena.base }
    /// Scales [O], each positive.
    public var scales: UnsafeMutablePointer<Float> { arena.base + observationCount }
    private var limit: Float {
        get { arena.base[2 * observationCount] }
        set { arena.base[2 * observationCount] = newValue }
    }
    /// Centres [A], in the action box' −1…1.
    public var actionCentres: UnsafeMutablePointer<Float> { arena.base + 2 * observationCount + 1 }
    /// Half widths [A], each positive; 1 is the whole box.
    public var actionHalves: UnsafeMutablePointer<Float> { actionCentres + actionCount }

    /// A name for all its numbers: 64-bit FNV-1a of their bits, hexadecimal.
    public var fingerprint: String { Self.fingerprint(of: arena) }

    /// The same of an arena that has its layout.
    public static func fingerprint(of arena: Arena) -> String {
        var sum = Fingerprint()
        for index in 0..<arena.count { sum.add(arena.base[index].bitPattern) }
        return String(sum.value, radix: 16)
    }

    /// Takes means and scales of observations from what the demonstrations showed; one statistic a number, [O].
    public func fit(observations: [NumberStatistics]) {
        precondition(observations.count == observationCount, "statistics of other observations")
        guard observations.contains(where: { $0.count > 0 }) else { return }
        for (index, seen) in observations.enumerated() {
            means[index] = Float(seen.mean)
            scales[index] = Self.scale(deviation: Float(seen.deviation), span: Float(seen.span))
        }
        limit = Self.fittedLimit
    }

    /// Takes the part of the action box that the demonstrations used; one part an axis, [A].
    public func fit(actions: [ActionPart]) {
        precondition(actions.count == actionCount, "parts of other axes")
        for (axis, part) in actions.enumerated() {
            actionCentres[axis] = part.centre
            actionHalves[axis] = part.half
        }
    }

    private static func scale(deviation: Float, span: Float) -> Float {
        deviation < stillShare * span ? span : max(deviation, leastShare * span)
    }

    /// Normalises observations in place, [N, O]; does not allocate.
    public func apply(to rows: Matrix) {
        for row in 0..<rows.rows {
            let values = rows.row(row)
            for column in 0..<observationCount {
                let scaled = (values[column] - means[column]) / scales[column]
                values[column] = max(-limit, min(limit, scaled))
            }
        }
    }

    /// Turns actions of the box, [N, A], into the policy's, in place; does not allocate.
    public func normalise(actions rows: Matrix) {
        for row in 0..<rows.rows {
            let values = rows.row(row)
            for axis in 0..<actionCount {
                values[axis] = (values[axis] - actionCentres[axis]) / actionHalves[axis]
            }
        }
    }

    /// The policy's number for one axis as one of the action box, −1…1.
    public func boxAction(_ value: Float, axis: Int) -> Float {
        // A product first: the identity gives every bit back, the sign of a zero apart.
        max(-1, min(1, value * actionHalves[axis] + actionCentres[axis]))
    }
}

// Safe: written by `fit` and by who loads a snapshot only, before anything reads it.
extension Normaliser: @unchecked Sendable {}
