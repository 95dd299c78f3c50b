extension UnsignedInteger where Self: FixedWidthInteger {
    /// The number in hexadecimal with leading zeros, two digits a byte.
    ///
    /// Any thread; allocates.
    public var hexadecimal: String { padded(to: Self.bitWidth / 4, radix: 16) }
}
