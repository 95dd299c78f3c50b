import Embodiment
import Testing

@Suite("Fingerprints")
struct FingerprintTests {
    @Test("The fingerprint is FNV-1a with 64 bits, as published")
    func fingerprint() {
        func hash(_ text: String) -> UInt64 {
            var sum = Fingerprint()
            for byte in text.utf8 { sum.add(byte) }
            return sum.value
        }
        // Test vectors of Fowler, Noll and Vo.
        #expect(hash("") == 0xCBF2_9CE4_8422_2325 && hash("a") == 0xAF63_DC4C_8601_EC8C)
        #expect(hash("foobar") == 0x8594_4171_F739_67E8)
    }
}
