import Foundation
import Platform
import Report

/// The words of the command line, before anybody parses them.
public enum Arguments {
    /// Refuses a word that is empty, which names nothing, and one that is not UTF-8: as text it would name another file.
    ///
    /// - Throws: `ArgumentError` with the word before an empty one, or with the word, its odd bytes as `\xff`.
    public static func check() throws(ArgumentError) {
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let word = CommandLine.unsafeArgv[index] else { return }
            guard word.pointee != 0 else {
                let before = CommandLine.unsafeArgv[index - 1].map { String(cString: $0) } ?? ""
                throw ArgumentError(
                    "the argument behind '\(index == 1 ? "hone" : before.printable)' is empty: a variable of the shell "
                        + "that is not set?")
            }
            guard String(validatingCString: word) == nil else { continue }
            let bytes = UnsafeBufferPointer(start: word, count: strlen(word))
            let text = bytes.map { byte in
                let byte = UInt8(bitPattern: byte)
                return (0x20..<0x7F).contains(byte)
                    ? String(UnicodeScalar(byte)) : "\\x" + String(byte, radix: 16)
            }.joined()
            throw ArgumentError(
                "'\(text)' is not UTF-8, as all of Hone's arguments are: give the file a name in UTF-8"
            )
        }
    }
}
