import Foundation
import Neural
import Testing

/// x · 1e-10, by two products that no compiler can compute beforehand.
@inline(never)
private func shrunk(_ x: Float) -> Float {
    let factor: Float = ProcessInfo.processInfo.processorCount > 0 ? 1e-5 : 1
    return x * factor * factor
}

@Suite("Subnormal numbers")
struct SubnormalTests {
    /// A product of normal numbers that is not normal, computed on a thread of its own.
    private func product(flushed: Bool) -> Float {
        let result = UnsafeMutablePointer<Float>.allocate(capacity: 1)
        defer { result.deallocate() }
        nonisolated(unsafe) let out = result
        let thread = Thread {
            if flushed { _ = Subnormals.flush() }
            out.pointee = shrunk(1e-30)
        }
        thread.start()
        while !thread.isFinished { usleep(1000) }
        return result.pointee
    }

    @Test("Once flushed, a thread rounds them to zero; another thread does not")
    func flush() {
        #expect(product(flushed: false) > 0)
        #expect(product(flushed: true) == 0)
    }

    @Test("Shards run with them flushed, and the caller gets its own mode back")
    func shards() {
        var value: Float = 1e-30
        SerialRunner().run(1) { _ in value = shrunk(value) }
        #expect(value == 0)
        value = 1e-30
        value = shrunk(value)
        #expect(value > 0, "the caller's own arithmetic is as it was")
    }
}
