import Foundation
import Testing

/// Holds DESIGN section 2 and the bans of its style: reads the sources, needs nothing built.
///
/// The table is the law: a module that needs another import changes the design first.
enum Law {
    /// What each module of this package may import of it.
    static let imports: [String: Set<String>] = [
        "Platform": ["CPlatform"],
        "Embodiment": [],
        "Recipe": [],
        "Configuration": ["Platform", "Embodiment", "Recipe", "CYAML"],
        "Bridge": ["Platform", "Embodiment", "CZeroMQ"],
        "Neural": ["CKernels", "COpenBLAS"],
        "Models": ["Embodiment", "Recipe", "Neural"],
        "Control": ["Platform", "Embodiment"],
        "Experience": ["Platform", "Embodiment"],
        "Learning": ["Platform", "Embodiment", "Recipe", "Models", "Neural", "Experience"],
        "Driving": ["Platform", "Embodiment", "Bridge", "Models", "Control"],
        "Report": ["Platform", "Embodiment"],
        "Simulation": ["Platform", "Embodiment", "Bridge"],
        "Datasets": [
            "Platform", "Embodiment", "Recipe", "Configuration", "Neural", "Experience", "Report",
        ],
        "Trials": [
            "Platform", "Embodiment", "Configuration", "Bridge", "Neural", "Control", "Experience",
            "Learning", "Driving", "Simulation", "Report", "CFaults",
        ],
        "Agent": [
            "Platform", "Embodiment", "Recipe", "Configuration", "Bridge", "Neural", "Models",
            "Control", "Experience", "Learning", "Driving", "Report",
        ],
        "hone": ["Agent", "Trials", "Datasets", "Configuration", "Platform"],
        "hone-bench": [
            "Agent", "Platform", "Embodiment", "Recipe", "Configuration", "Bridge", "Neural",
            "Models", "Control", "Experience", "Learning", "Driving", "Report", "Datasets",
            "CAllocations", "CFuzzer",
        ],
    ]
    /// C targets, each behind one Swift module.
    static let libraries = [
        "CPlatform", "CZeroMQ", "CKernels", "COpenBLAS", "CYAML", "CAllocations", "CFaults",
        "CFuzzer",
    ]
    /// Modules on or below the tick.
    static let withoutFoundation: Set<String> = [
        "Platform", "Embodiment", "Recipe", "Neural", "Models", "Control",
    ]
    /// What is neither of this package nor of every toolchain.
    static let outside: [String: Set<String>] = [
        "hone": ["ArgumentParser"], "hone-bench": ["ArgumentParser"],
        "Experience": ["SwiftProtobuf"],
    ]
    /// Parts of the toolchain.
    static let toolchain: Set<String> = [
        "Foundation", "FoundationEssentials", "Glibc", "Musl", "Synchronization", "Swift",
        "_Builtin_float", "Dispatch",
    ]
    /// Threads are Platform's; Dispatch would be a second way.
    static let banned: Set<String> = ["Dispatch"]
    /// Top level of the repository, DESIGN section 2; names that begin with a point are free.
    static let topLevel: Set<String> = [
        "Package.swift", "Package.resolved", "Sources", "Tests", "robots", "calibration", "launch",
        "README.md",
    ]
    /// Who may write to standard output.
    static let mayPrint: Set<String> = ["hone", "hone-bench"]
    static let fileLines = 400
}

@Suite("House")
struct HouseTests {
    @Test("Every module is in the table and the table has no ghosts")
    func modules() throws {
        let folders = Set(try House.children(of: "Sources"))
        let known = Set(Law.imports.keys).union(Law.libraries)
        #expect(folders.subtracting(known).sorted() == [])
        #expect(known.subtracting(folders).sorted() == [])
    }

    @Test("Modules import what the table lets them", arguments: Law.imports.keys.sorted())
    func imports(module: String) throws {
        let allowed = try #require(Law.imports[module])
        let own = Set(Law.imports.keys).union(Law.libraries)
        var wrong: [String] = []
        for file in try House.swiftFiles(in: "Sources/\(module)") {
            for (name, line) in file.imports {
                let place = "\(file.path):\(line) imports \(name)"
                if own.contains(name) {
                    if !allowed.contains(name) { wrong.append(place) }
                } else if Law.banned.contains(name) {
                    wrong.append(place)
                } else if name.hasPrefix("Foundation") {
                    if Law.withoutFoundation.contains(module) { wrong.append(place) }
                } else if !Law.toolchain.contains(name),
                    !(Law.outside[module] ?? []).contains(name)
                {
                    wrong.append(place)
                }
            }
        }
        #expect(wrong == [])
    }

    @Test("Each C library has one importer, as in the table", arguments: Law.libraries)
    func oneDoor(library: String) throws {
        var importers: Set<String> = []
        for module in try House.children(of: "Sources") {
            for file in try House.swiftFiles(in: "Sources/\(module)")
            where file.imports.contains(where: { $0.name == library }) {
                importers.insert(module)
            }
        }
        let owners = Law.imports.filter { $0.value.contains(library) }.map(\.key)
        #expect(owners.count == 1)
        #expect(importers.subtracting(owners).isEmpty)
    }

    @Test("The manifest gives each module the dependencies of the table, and no more")
    func manifest() throws {
        let text = try House.text(of: "Package.swift")
        for (module, allowed) in Law.imports.sorted(by: { $0.key < $1.key }) {
            let declared = House.dependencies(of: module, in: text)
            #expect(declared.subtracting(allowed).sorted() == [], "\(module)")
        }
    }

    @Test("The top level is the one that the design fixes")
    func topLevel() throws {
        let names = try House.children(of: "").filter { !$0.hasPrefix(".") }
        let ignored = try House.ignoredNames()
        #expect(names.filter { !Law.topLevel.contains($0) && !ignored.contains($0) } == [])
    }

    @Test(
        "Nothing but the command line prints, nothing traps for want of an error, nothing is unchecked"
    )
    func bans() throws {
        var wrong: [String] = []
        for module in try House.children(of: "Sources") {
            for file in try House.swiftFiles(in: "Sources/\(module)") {
                for (index, line) in file.code.enumerated() {
                    var bans = ["try!", "fatalError(\"TO" + "DO", "@_cdecl"]
                    if !Law.mayPrint.contains(module) {
                        bans += ["print(", "debugPrint(", "dump("]
                    }
                    for ban in bans where House.calls(ban, in: line) {
                        wrong.append("\(file.path):\(index + 1) has \(ban)")
                    }
                }
            }
        }
        let manifest = try House.text(of: "Package.swift")
        if manifest.contains("-Ounchecked") { wrong.append("Package.swift has -Ounchecked") }
        #expect(wrong == [])
    }

    @Test("The tick's module opens no file, starts no thread and asks no clock of its own")
    func tick() throws {
        var wrong: [String] = []
        let bans = [
            "fopen(", "open(", "FileManager", "FileHandle", "Task {", "actor ", "DispatchQueue",
            "pthread_create(", "clock_gettime(", "ContinuousClock", "SystemRandomNumberGenerator",
            ".random(in",
        ]
        for file in try House.swiftFiles(in: "Sources/Control") {
            if file.imports.contains(where: { $0.name == "Glibc" }) {
                wrong.append("\(file.path) imports Glibc")
            }
            for (index, line) in file.code.enumerated() {
                for ban in bans where House.calls(ban, in: line) {
                    wrong.append("\(file.path):\(index + 1) has \(ban)")
                }
            }
        }
        #expect(wrong == [])
    }

    @Test("No randomness but the counter-based one, so that a seed is a session")
    func randomness() throws {
        var wrong: [String] = []
        for module in ["Neural", "Models", "Control", "Learning", "Experience", "Simulation"] {
            for file in try House.swiftFiles(in: "Sources/\(module)") {
                for (index, line) in file.code.enumerated() {
                    for ban in [
                        "SystemRandomNumberGenerator", ".random(in", ".shuffled(", "arc4random",
                        "drand48",
                    ]
                    where House.calls(ban, in: line) {
                        wrong.append("\(file.path):\(index + 1) has \(ban)")
                    }
                }
            }
        }
        #expect(wrong == [])
    }

    @Test("No file is long without saying why at its top")
    func length() throws {
        var wrong: [String] = []
        for root in ["Sources", "Tests"] {
            for file in try House.files(in: root, endings: [".swift", ".c", ".h"]) {
                let lines = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
                let top = file.lines.prefix(5).joined(separator: " ").lowercased()
                let reason = top.contains("this file is long because")
                if lines > Law.fileLines, !reason { wrong.append("\(file.path): \(lines) lines") }
            }
        }
        #expect(wrong == [])
    }

    @Test("No notes to self and no paths of one machine")
    func leftovers() throws {
        // Split, so that this file does not hold what it looks for.
        let notes = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
        let paths = ["/wo" + "rk/", "/tmp/ho" + "ne/", "/ro" + "ot/", "/ho" + "me/"]
        var wrong: [String] = []
        for root in ["Sources", "Tests", "robots", "calibration", "launch"] {
            for file in try House.files(in: root, endings: House.textEndings) {
                for (index, line) in file.lines.enumerated() {
                    for note in notes where House.isWord(note, in: line) {
                        wrong.append("\(file.path):\(index + 1) has \(note)")
                    }
                    for path in paths where line.contains(path) {
                        wrong.append("\(file.path):\(index + 1) has \(path)")
                    }
                }
            }
        }
        for path in ["Package.swift", "README.md"] where House.exists(path) {
            let text = try House.text(of: path)
            for note in notes + paths where text.contains(note) {
                wrong.append("\(path) has \(note)")
            }
        }
        #expect(wrong == [])
    }

    @Test("Every public type of the path says what it is", arguments: Law.imports.keys.sorted())
    func documentation(module: String) throws {
        var wrong: [String] = []
        for file in try House.swiftFiles(in: "Sources/\(module)") {
            for (index, line) in file.lines.enumerated() where House.declaresPublicType(line) {
                var above = index - 1
                while above >= 0, file.lines[above].drop(while: { $0 == " " }).hasPrefix("@") {
                    above -= 1
                }
                let isDocumented =
                    above >= 0 && file.lines[above].drop(while: { $0 == " " }).hasPrefix("///")
                if !isDocumented { wrong.append("\(file.path):\(index + 1)") }
            }
        }
        #expect(wrong == [])
    }
}
