import Foundation
import Testing

/// Holds what `Sources/GLOSSARY.md` says of verbs, as far as text alone can tell.
@Suite("Words")
struct WordsTests {
    @Test("A question changes nothing: no mutating function is called is… or has…")
    func questions() throws {
        var wrong: [String] = []
        for file in try House.swiftFiles(in: "Sources") {
            for (index, line) in file.code.enumerated() where line.contains("mutating func ") {
                if line.firstMatch(of: /\bmutating func (?:is|has)[A-Z]/) != nil {
                    wrong.append("\(file.path):\(index + 1)")
                }
            }
        }
        #expect(wrong == [])
    }
}
