import Neural
import Platform
import Testing

@testable import hone_bench

@Suite("Rates of products")
struct ProductRatesTests {
    @Test(
        "The limit is that of the fastest kernel, whichever it is: no kernel's share is beyond 1",
        arguments: [
            ProductShape(rows: 16, columns: 16, depth: 16),
            ProductShape(rows: 1, columns: 256, depth: 128),
            ProductShape(rows: 256, columns: 64, depth: 256, transposeB: true, accumulate: true),
            ProductShape(rows: 700, columns: 800, depth: 900),
        ])
    func fastest(shape: ProductShape) {
        // What each kernel takes is given here: a machine that others use would say something else each time.
        for times in [[3e-6, 2e-6, 5e-6], [1e-6, 2e-6, nil], [4e-6, nil, 0.5e-6]] as [[Double?]] {
            let rates = ProductRates(kernels: times.map { time in { _ in time } })
            let limit = rates.fastest(shape)
            #expect(times.compactMap { $0 }.allSatisfy { limit / $0 <= 1 })
            #expect(times.contains { $0 == limit })
            #expect(rates.limit([shape: 3]) == 3 * limit)
        }
        // Those of this machine are all asked, and each has a time.
        #expect(ProductRates(isHalf: false).fastest(shape) > 0)
    }

    @Test("Two workers have twice the rate, and a share is time at the limit by time taken")
    func share() throws {
        var measured = Measurement(name: "work")
        measured.histogram.record(nanoseconds: 1_000_000)
        #expect(measured.share == nil)
        measured.limitSeconds = 1e-3
        let one = try #require(measured.share)
        measured.threads = 2
        let two = try #require(measured.share)
        #expect(abs(one - 1) < 0.02 && abs(two - one / 2) < 1e-12)
    }
}
