/// The flag bits of a sample; all others must be zero.
enum SampleFlags {
    static let success: UInt16 = 1 << 0
    static let terminal: UInt16 = 1 << 1
    static let enabled: UInt16 = 1 << 2
    static let operatorAction: UInt16 = 1 << 3
    /// Bits 4 to 8 are the operator's buttons, in the order of `OperatorButtons`.
    static let firstButton: UInt16 = 4
    /// Only to peers whose `hello` says that they know it.
    static let truncated: UInt16 = 1 << 9
    static let all: UInt16 = 0b11_1111_1111
}
