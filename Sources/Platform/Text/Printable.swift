extension String {
    /// The text with everything in it visible that would not be printed but acted on.
    ///
    /// Control characters, line ends among them, and those that turn the direction of writing become `\u001b` and the
    /// like, which JSON reads back. For names that somebody else gave: files, tensors, what a bridge says of itself.
    public var printable: String { escaped { Self.isHidden($0) } }

    /// The same for a text of several lines: line ends and tabulators stay.
    public var printableLines: String {
        escaped { $0 != "\n" && $0 != "\t" && Self.isHidden($0) }
    }

    /// The text's first `most` characters, scalars of Unicode, and a mark where that is not all.
    public func shortened(to most: Int) -> String {
        // Scalars: any number of them may make one Character.
        let scalars = unicodeScalars
        guard scalars.count > most else { return self }
        return String(String.UnicodeScalarView(scalars.prefix(most))) + " …"
    }

    private func escaped(_ isHidden: (Unicode.Scalar) -> Bool) -> String {
        guard unicodeScalars.contains(where: isHidden) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if isHidden(scalar) {
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
