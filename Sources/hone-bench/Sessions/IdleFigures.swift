/// What `hone doctor --idle --json` measured beside a session: how late this machine runs a loop that only wakes, s.
struct IdleFigures: Decodable {
    let ticks: Int
    let ticksLate: Int
    let p50: Double
    let p99: Double
    let p999: Double
    let maximum: Double

    private enum CodingKeys: String, CodingKey {
        case ticks, p50, p99, p999, maximum
        case ticksLate = "ticks_late"
    }
}
