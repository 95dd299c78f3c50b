import Testing

@testable import Neural

@Suite("Scratch")
struct ScratchTests {
    @Test("What a dry run measured is exactly enough for the work")
    func measured() {
        func work(_ scratch: Scratch) {
            let mark = scratch.mark()
            let matrix = scratch.matrix(rows: 7, columns: 5)
            matrix.fill(1)
            let inner = scratch.mark()
            scratch.vector(100)[99] = 2
            scratch.release(to: inner)
            scratch.vector(33)[32] = 3
            #expect(matrix[6, 4] == 1)
            scratch.release(to: mark)
        }
        let measure = Scratch.measuring()
        work(measure)
        work(measure)
        #expect(measure.peak == 48 + 112 && measure.used == 0)
        let real = Scratch(count: measure.peak)
        work(real)
        #expect(real.peak == measure.peak)
    }
}
