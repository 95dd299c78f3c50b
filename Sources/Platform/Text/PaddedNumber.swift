extension BinaryInteger {
    /// The number with leading zeros, such as names have that are to sort as their numbers do.
    ///
    /// Any thread; allocates.
    /// - Parameters:
    ///   - digits: at least so many; one with more has them all.
    ///   - radix: 2…36.
    public func padded(to digits: Int, radix: Int = 10) -> String {
        let text = String(self, radix: radix)
        return String(repeating: "0", count: Swift.max(0, digits - text.utf8.count)) + text
    }
}
