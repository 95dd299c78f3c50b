/// Which folder of a module uses the types of which other one.
struct Folders {
    /// Folders that each folder uses, itself left out.
    private(set) var arrows: [String: Set<String>] = [:]

    /// - Parameter files: of one module, each with the folder it is in.
    init(_ files: [(folder: String, file: House.File)]) {
        var homes: [String: Set<String>] = [:]
        for (folder, file) in files {
            for type in file.types where type.isShared && type.isTopLevel {
                homes[type.name, default: []].insert(folder)
            }
        }
        for (folder, file) in files {
            let own = Set(file.types.map(\.name))
            for line in file.code {
                for word in Self.typeWords(line) where !own.contains(word) {
                    guard let home = homes[word], home.count == 1, let other = home.first,
                        other != folder
                    else { continue }
                    arrows[folder, default: []].insert(other)
                }
            }
        }
    }

    /// Folders that lead back to themselves, in groups, each sorted.
    var circles: [[String]] {
        let reached = arrows.keys.reduce(into: [String: Set<String>]()) { $0[$1] = reach($1) }
        var groups: Set<[String]> = []
        for (folder, all) in reached where all.contains(folder) {
            let group = all.filter { reached[$0]?.contains(folder) ?? false }
            groups.insert(group.sorted())
        }
        return groups.sorted { $0.joined() < $1.joined() }
    }

    private func reach(_ start: String) -> Set<String> {
        var seen: Set<String> = []
        var open = [start]
        while let folder = open.popLast() {
            for next in arrows[folder] ?? [] where seen.insert(next).inserted { open.append(next) }
        }
        return seen
    }

    /// Words of a line that may be names of types: not members, which stand behind a point.
    static func typeWords(_ line: String) -> [String] {
        var words: [String] = []
        var word = ""
        var (before, previous): (Character, Character) = (" ", " ")
        for character in line + " " {
            if character.isLetter || character.isNumber || character == "_" {
                if word.isEmpty { before = previous }
                word.append(character)
            } else {
                if word.first?.isUppercase ?? false, before != "." { words.append(word) }
                word = ""
            }
            previous = character
        }
        return words
    }
}
