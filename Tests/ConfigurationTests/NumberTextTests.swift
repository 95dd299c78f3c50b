import Testing

@testable import Configuration

@Suite("Numbers")
struct NumberTextTests {
    @Test(
        "Decimal numbers are read",
        arguments: [
            ("0", 0), ("-0.5", -0.5), ("+3", 3), ("1e-3", 0.001), ("2.5E2", 250), ("0.1", 0.1),
            ("10", 10), ("-12.75e+1", -127.5),
        ] as [(String, Double)])
    func reads(text: String, value: Double) {
        #expect(NumberText.read(text) == .number(value))
    }

    @Test(
        "Everything else YAML would take for a number is refused with its reason",
        arguments: [
            ("010", "a number must not start with 0 (octal?)"),
            ("-07", "a number must not start with 0 (octal?)"),
            ("00", "a number must not start with 0 (octal?)"),
            ("0x1F", "only decimal numbers are read"), ("0o17", "only decimal numbers are read"),
            ("0b11", "only decimal numbers are read"), ("1_000", "a number has no underscores"),
            ("1:30", "a number has no colons (base 60?)"),
            ("0,5", "a number has a point, not a comma"), (".nan", "it must be finite"),
            ("NaN", "it must be finite"), (".inf", "it must be finite"),
            ("-.Inf", "it must be finite"), ("1e999", "it is too large to be a finite number"),
            (".5", "write the zero before the point"),
            ("5.", "a number stands alone; its unit is in the key"),
            ("3 m", "a number stands alone; its unit is in the key"),
            ("1e", "a number stands alone; its unit is in the key"), ("abc", ""), ("--1", ""),
            ("", ""), ("e5", ""),
        ])
    func refuses(text: String, reason: String) {
        #expect(NumberText.read(text) == .refused(reason: reason))
    }

    @Test(
        "The nearest known word is found, and none when none is near",
        arguments: [
            ("steps_size", "step_size"), ("num_setps", "num_steps"), ("cql_aplha", "cql_alpha"),
            ("Discount", "discount"), ("tua", "tau"), ("banana", nil), ("xy", nil),
            ("q_mim", "q_min"),
        ])
    func nearest(word: String, expected: String?) {
        let known = ["step_size", "num_steps", "cql_alpha", "discount", "tau", "q_min"]
        #expect(Nearest.match(word, in: known) == expected)
    }

    @Test("Edit distance counts a swap as one")
    func distance() {
        #expect(Nearest.editDistance("", "abc") == 3)
        #expect(Nearest.editDistance("abc", "abc") == 0)
        #expect(Nearest.editDistance("abcd", "abdc") == 1)
        #expect(Nearest.editDistance("kitten", "sitting") == 3)
    }
}
