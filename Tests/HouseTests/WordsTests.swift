import Foundation
import Testing

/// Holds what `Sources/GLOSSARY.md` says of verbs and of sentences, as far as text alone can tell.
@Suite("Words")
struct WordsTests {
    @Test("A question changes nothing: no mutating function is called is…, has…, can… or may…")
    func questions() throws {
        var wrong: [String] = []
        for file in try House.swiftFiles(in: "Sources") {
            for (index, line) in file.code.enumerated() where line.contains("mutating func ") {
                if line.firstMatch(of: /\bmutating func (?:is|has|can|may|was|needs)[A-Z]/) != nil {
                    wrong.append("\(file.path):\(index + 1)")
                }
            }
        }
        #expect(wrong == [])
    }

    @Test("A verb that the glossary gives to types is theirs alone, and each of them has it")
    func verbs() throws {
        let page = try Glossary.read()
        let owners = page.owners
        #expect(owners.count >= 6)
        var found: [String: Set<String>] = [:]
        for file in try House.swiftFiles(in: "Sources") where !file.path.contains("/Generated/") {
            for function in file.functions {
                let path = function.name.split(separator: ".").map(String.init)
                guard let name = path.last, path.count > 1 else { continue }
                let verb = String(name.prefix { $0.isLowercase })
                if owners[verb] != nil { found[verb, default: []].insert(path[path.count - 2]) }
            }
        }
        for (verb, types) in owners.sorted(by: { $0.key < $1.key }) {
            let has = found[verb] ?? []
            #expect(has.subtracting(types).sorted() == [], "\(verb): not in the glossary")
            #expect(types.subtracting(has).sorted() == [], "\(verb): no more, remove it there")
        }
    }

    @Test("No sentence of the program says what the glossary has a better word for")
    func sentences() throws {
        let dialect = try Glossary.read().dialect
        #expect(dialect.count >= 10)
        var wrong: [String] = []
        for file in try House.swiftFiles(in: "Sources") where !file.path.contains("/Generated/") {
            for (index, line) in file.lines.enumerated() {
                for words in dialect where line.contains(words) {
                    guard House.isWord(words, in: Glossary.spoken(line)) else { continue }
                    wrong.append("\(file.path):\(index + 1): \(words)")
                }
            }
        }
        #expect(wrong == [])
    }

    @Test("What a line of code says to a person stands in its quotes")
    func spoken() {
        #expect(Glossary.spoken("let a = \"it goes on\" // for good") == "it goes on")
        #expect(Glossary.spoken("/// What goes on.") == "")
        #expect(Glossary.spoken("f(\"a\", b: \"c \\\"d\\\"\")") == "a c \\\"d\\\"")
    }
}
