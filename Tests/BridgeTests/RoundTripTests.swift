import Embodiment
import Platform
import Testing

@testable import Bridge

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Round trip")
struct RoundTripTests {
    /// Prints, and judges only that every exchange happened: time is the machine's.
    @Test(
        "in lockstep is measured and printed",
        arguments: ["ipc:///tmp/hone-trip-\(getpid()).sock", "tcp://127.0.0.1:*"])
    func lockstep(address: String) throws {
        let bridge = try SimpleBridge(
            address: address, description: makeDescription(axes: 7, features: 13))
        defer { bridge.end() }
        let client = try BridgeClient(address: bridge.address)
        try client.hello(timeout: patience)
        try client.start(session: 7, epoch: 1, timeout: patience)
        _ = try EndpointTests.reset(client)
        var sample = SensorSample(axes: 7, features: 13)
        #expect(try client.receive(into: &sample, timeout: patience) == .sample)
        var command = Command(axes: 7)
        (command.session, command.epoch, command.validityMicroseconds) = (7, 1, 50_000)
        var histogram = LatencyHistogram()
        let clock = SystemClock()
        for sequence in UInt64(1)...2000 {
            command.sequence = sequence
            let start = clock.now
            try client.send(command)
            let reception = try client.receive(into: &sample, timeout: patience)
            histogram.record(clock.now - start)
            try #require(reception == .sample && sample.acknowledgedCommand == sequence)
        }
        #expect(histogram.count == 2000)
        let microseconds = [50, 99, 99.9].map { Double(histogram.percentile($0)) / 1000 }
        print("lockstep round trip over \(address.prefix(3)), µs, p50 p99 p99.9:", microseconds)
    }
}
