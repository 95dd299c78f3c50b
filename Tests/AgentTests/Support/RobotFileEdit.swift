import Foundation

@testable import TestSupport

/// One thing taken out of a robot's YAML, put into it, or exchanged: an axis, a feature, an observed name, a key, a block.
struct RobotFileEdit: CustomStringConvertible {
    /// The file afterwards.
    var text: String
    /// What was done.
    var description: String
    /// A refusal holds one of these; empty where every use must go on.
    var words: [String]

    /// A top-level key with everything below it.
    private struct Block {
        var key: String
        var head: String
        /// List items, or single lines, each with what belongs to it.
        var items: [String]

        var text: String { ([head] + items).joined(separator: "\n") }
        var names: [String] { items.map { RobotFileEdit.name(in: $0) } }
    }

    private var blocks: [Block] = []
    private var start: [String] = []

    /// Edits something; nil where a file has nothing of the kind that was drawn.
    init?(of text: String, _ numbers: inout UniformNumbers) {
        (self.text, description, words) = (text, "", [])
        read()
        let edits: [(inout RobotFileEdit, inout UniformNumbers) -> Bool] = [
            { $0.removeAxis(&$1) }, { $0.addAxis(&$1) }, { $0.exchangeAxes(&$1) },
            { $0.removeFeature(&$1) }, { $0.addFeature(&$1) }, { $0.exchangeFeatures(&$1) },
            { $0.removeObserved(&$1) }, { $0.removeKey(&$1) }, { $0.removeBlock(&$1) },
            { $0.addBlock(&$1) },
        ]
        guard edits[Self.draw(edits.count, &numbers)](&self, &numbers) else { return nil }
        self.text = (start + blocks.map(\.text)).joined(separator: "\n") + "\n"
    }

    // MARK: Edits

    private mutating func removeAxis(_ numbers: inout UniformNumbers) -> Bool {
        guard let axes = index(of: "axes"), blocks[axes].items.count > 1 else { return false }
        let gone = Self.name(
            in: blocks[axes].items.remove(at: Self.draw(blocks[axes].items.count, &numbers)))
        observe { $0.removeAll { $0 == gone } }
        (description, words) = ("axis \(gone) taken out", ["axes: "])
        return true
    }

    private mutating func addAxis(_ numbers: inout UniformNumbers) -> Bool {
        guard let axes = index(of: "axes") else { return false }
        let item = blocks[axes].items[Self.draw(blocks[axes].items.count, &numbers)]
        let name = Self.name(in: item)
        let place = Self.draw(blocks[axes].items.count + 1, &numbers)
        blocks[axes].items.insert(
            item.replacingOccurrences(of: "name: \(name)", with: "name: \(name).more"), at: place)
        (description, words) = ("axis \(name).more put in at \(place)", ["axes: "])
        return true
    }

    private mutating func exchangeAxes(_ numbers: inout UniformNumbers) -> Bool {
        guard let axes = index(of: "axes"), blocks[axes].items.count > 1 else { return false }
        let (one, other) = pair(of: blocks[axes].items.count, &numbers)
        let name = blocks[axes].names[one]
        blocks[axes].items.swapAt(one, other)
        (description, words) = ("axes \(one) and \(other) exchanged", ["action \(one) is \(name)"])
        return true
    }

    private mutating func removeFeature(_ numbers: inout UniformNumbers) -> Bool {
        guard let features = index(of: "features"), !blocks[features].items.isEmpty else {
            return false
        }
        let place = Self.draw(blocks[features].items.count, &numbers)
        let gone = Self.name(in: blocks[features].items.remove(at: place))
        var wasObserved = false
        observe { names in
            wasObserved = names.contains(gone)
            names.removeAll { $0 == gone }
        }
        (description, words) = ("feature \(gone) taken out", wasObserved ? ["observation: "] : [])
        return true
    }

    private mutating func addFeature(_ numbers: inout UniformNumbers) -> Bool {
        guard let features = index(of: "features"), !blocks[features].items.isEmpty else {
            return false
        }
        let place = Self.draw(blocks[features].items.count, &numbers)
        blocks[features].items.insert("  - {name: another.one, unit: m}", at: place)
        let isObserved = numbers.next() < 0.5
        if isObserved {
            let draw = numbers.next()
            observe { $0.insert("another.one", at: Int(draw * Double($0.count + 1))) }
        }
        description = "feature put in at \(place)\(isObserved ? " and observed" : "")"
        words = isObserved ? ["observation: "] : []
        return true
    }

    private mutating func exchangeFeatures(_ numbers: inout UniformNumbers) -> Bool {
        guard let features = index(of: "features"), blocks[features].items.count > 1 else {
            return false
        }
        let (one, other) = pair(of: blocks[features].items.count, &numbers)
        blocks[features].items.swapAt(one, other)
        description = "features \(one) and \(other) exchanged"
        return true
    }

    private mutating func removeObserved(_ numbers: inout UniformNumbers) -> Bool {
        var gone = ""
        let draw = numbers.next()
        observe { names in
            guard names.count > 1 else { return }
            gone = names.remove(at: Int(draw * Double(names.count)))
        }
        (description, words) = ("\(gone) not observed", ["observation: "])
        return !gone.isEmpty
    }

    /// One line of one block; what must come of it depends on which: the caller's proof says.
    private mutating func removeKey(_ numbers: inout UniformNumbers) -> Bool {
        let block = Self.draw(blocks.count, &numbers)
        guard !blocks[block].items.isEmpty, blocks[block].key != "observation" else { return false }
        let item = Self.draw(blocks[block].items.count, &numbers)
        var lines = blocks[block].items[item].split(separator: "\n").map(String.init)
        let gone = lines.remove(at: Self.draw(lines.count, &numbers))
        let owner = blocks[block].names[item]
        if lines.isEmpty {
            blocks[block].items.remove(at: item)
        } else {
            blocks[block].items[item] = lines.joined(separator: "\n")
        }
        let key = gone.prefix { $0 != ":" }.trimmingCharacters(in: .whitespaces)
        description = "\(blocks[block].key) \(owner): \(key) taken out"
        words =
            owner.isEmpty
            ? ["\(blocks[block].key): ", String(key.prefix { $0 != "_" })] : ["axis \(owner): "]
        return true
    }

    private mutating func removeBlock(_ numbers: inout UniformNumbers) -> Bool {
        let gone = blocks.remove(at: Self.draw(blocks.count, &numbers))
        description = "\(gone.key) taken out"
        words = [gone.key, "observation: ", "axes: "]
        return true
    }

    private mutating func addBlock(_ numbers: inout UniformNumbers) -> Bool {
        let more = [
            ("scaling", "scaling: per_axis", ["scaling: "]),
            ("degraded", "degraded: {rt1_speed_share: 0.5, rt2_speed_share: 0.25}", []),
            ("step", "step: {translation_m: 0.001}", []), ("tool", "tool: {speed_m_s: 0.05}", []),
        ]
        let (key, text, words) = more[Self.draw(more.count, &numbers)]
        guard index(of: key) == nil else { return false }
        blocks.append(Block(key: key, head: text, items: []))
        (description, self.words) = ("\(key) put in", words)
        return true
    }

    // MARK: The file

    private mutating func read() {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            let code = String(line.prefix { $0 != "#" })
            guard code.contains(where: { $0 != " " }) else { continue }
            if code.first?.isLetter == true {
                blocks.append(
                    Block(key: String(code.prefix { $0 != ":" }), head: code, items: []))
            } else if blocks.isEmpty {
                start.append(line)
            } else if blocks[blocks.count - 1].key == "observation" {
                blocks[blocks.count - 1].head += " " + code.trimmingCharacters(in: .whitespaces)
            } else if code.hasPrefix("    "), !blocks[blocks.count - 1].items.isEmpty {
                blocks[blocks.count - 1].items[blocks[blocks.count - 1].items.count - 1] +=
                    "\n" + code
            } else {
                blocks[blocks.count - 1].items.append(code)
            }
        }
    }

    private func index(of key: String) -> Int? { blocks.firstIndex { $0.key == key } }

    /// Changes the list of what is observed.
    private mutating func observe(_ change: (inout [String]) -> Void) {
        guard let observation = index(of: "observation") else { return }
        let list = blocks[observation].head.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" }
        var names = list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        change(&names)
        blocks[observation].head = "observation: [\(names.joined(separator: ", "))]"
    }

    /// The name of a list's item; empty for a key that has none.
    private static func name(in item: String) -> String {
        guard item.trimmingCharacters(in: .whitespaces).hasPrefix("-"),
            let found = item.firstMatch(of: #/name: ([^,}\s]+)/#)
        else { return "" }
        return String(found.1)
    }

    private func pair(of count: Int, _ numbers: inout UniformNumbers) -> (Int, Int) {
        let one = Self.draw(count, &numbers)
        return (one, (one + 1 + Self.draw(count - 1, &numbers)) % count)
    }

    private static func draw(_ count: Int, _ numbers: inout UniformNumbers) -> Int {
        Int(numbers.next() * Double(count))
    }
}
