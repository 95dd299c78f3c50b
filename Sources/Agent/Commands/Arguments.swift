import Foundation
import Report

/// The words of the command line, before anybody parses them.
public enum Arguments {
    /// Refuses a word that is not UTF-8: as text it would name another file.
    ///
    /// - Throws: `ArgumentError` with the word, its odd bytes as `\xff`.
    public static func check() throws(ArgumentError) {
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let word = CommandLine.unsafeArgv[index] else { return }
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
