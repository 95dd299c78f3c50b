extension UnsignedInteger where Self: FixedWidthInteger {
    /// The number in hexadecimal with leading zeros, two digits a byte.
    ///
    /// Any thread; allocates.
    public var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: Self.bitWidth / 4 - digits.utf8.count) + digits
    }
}
