/// What sessions came to that differ in their seeds alone.
///
/// A plain value; any thread.
public struct ArmFigures: Sendable, Equatable {
    /// One for each seed.
    public var sessions: [SessionFigures]

    /// Of some sessions, of which no two have the same seed.
    public init(_ sessions: [SessionFigures]) { self.sessions = sessions }

    /// A figure in which arms are compared.
    public struct Figure: Sendable {
        /// For a person.
        public let name: String
        /// In JSON.
        public let key: String
        /// Of one session, 0…1.
        public let value: @Sendable (SessionFigures) -> Double?
    }

    /// Success at the end, and the area under the curve.
    public static let compared = [
        Figure(name: "success at the end", key: "success", value: { $0.success }),
        Figure(name: "area under the curve", key: "area", value: { $0.area }),
    ]

    /// Episodes of all sessions together, at their ends.
    ///
    /// Its interval is binomial: it holds no spread between seeds.
    public var success: SuccessRate {
        let rates = sessions.compactMap(\.successAfter)
        return SuccessRate(
            successes: rates.reduce(0) { $0 + $1.successes },
            episodes: rates.reduce(0) { $0 + $1.episodes })
    }

    /// Least success of a session, 0…1.
    public var worst: Double? { sessions.compactMap(\.success).min() }

    /// Mean of the areas under the sessions' curves, 0…1.
    public var area: Double? { mean(\.area) }

    /// Sessions that reached a rate, 0…1, and their mean minutes to it.
    public func reached(_ rate: Double) -> (count: Int, minutes: Double?) {
        let minutes = sessions.compactMap { SuccessCurve($0.curve).minutes(to: rate) }
        guard !minutes.isEmpty else { return (0, nil) }
        return (minutes.count, minutes.reduce(0, +) / Double(minutes.count))
    }

    /// Mean of a figure; nil where a session does not have it.
    public func mean(_ figure: (SessionFigures) -> Double?) -> Double? {
        let values = sessions.compactMap(figure)
        guard values.count == sessions.count, !values.isEmpty else { return nil }
        return values.reduce(0, +) / Double(values.count)
    }

    /// The difference from another arm in a figure, over the seeds that both have; nil where they share none.
    public func difference(
        from other: ArmFigures, in figure: (SessionFigures) -> Double?
    ) -> PairedDifference? {
        PairedDifference(
            sessions.compactMap { session in
                guard let twin = other.sessions.first(where: { $0.seed == session.seed }),
                    let own = figure(session), let its = figure(twin)
                else { return nil }
                return own - its
            })
    }

    /// Mean success at each evaluation that all sessions had, at its mean minutes; empty where they had other ones.
    public var curve: [CurvePoint] {
        guard let first = sessions.first,
            sessions.allSatisfy({ $0.curve.count == first.curve.count })
        else { return [] }
        return first.curve.indices.map { index in
            let points = sessions.map { $0.curve[index] }
            return CurvePoint(
                robotMinutes: points.reduce(0) { $0 + $1.robotMinutes } / Double(points.count),
                successes: points.reduce(0) { $0 + $1.successes },
                episodes: points.reduce(0) { $0 + $1.episodes })
        }
    }
}
