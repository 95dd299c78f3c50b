import Bridge
import Platform

/// A bridge whose loop lacks its pause.
extension SimulationServer {
    /// How long it sleeps between two bursts: at 40 kHz four samples, which the connection's queue has room for.
    private static let pause = Duration.microseconds(100)
    /// Samples of one burst at most: what a machine that was away owes is not made up for.
    private static let burst = 8.0

    /// Sends the commander samples at the fault's rate, whatever it does with them.
    func flood(until deadline: MonotonicTime) throws(BridgeError) {
        let rate = Double(options.faults.floodHz)
        var before = clock.now
        var due = 0.0
        while before < deadline {
            if let request = try server.poll(timeout: .zero) { try handle(request) }
            guard let commander = gate.commander else { return }
            clock.sleep(for: Self.pause)
            let now = clock.now
            statistics.floodTime += now - before
            due = min(due + rate * now.seconds(since: before), max(Self.burst, rate * 1e-4))
            before = now
            while due >= 1 {
                fillSample()
                due -= 1
                guard let sent = emitter.next(sample, tick: statistics.ticks),
                    try server.send(sent, to: commander)
                else { continue }
                statistics.floodSamples += 1
            }
        }
    }
}
