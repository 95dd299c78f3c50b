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
        let rates = ProductRates(isHalf: false)
        let limit = rates.fastest(shape)
        #expect(limit > 0)
        // Measured once more, each kernel is as fast as it was but for noise, which other programs make.
        for time in [rates.libraryTime(shape), rates.engineTime(shape)] {
            #expect(limit <= 1.5 * time, "\(limit) s, and a kernel took \(time) s")
        }
        #expect(rates.limit([shape: 3]) == 3 * limit)
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
