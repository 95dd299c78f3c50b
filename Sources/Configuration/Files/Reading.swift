import Embodiment
import Foundation

/// One reading of a file and what belongs to it: finds, loads, parses.
struct Reading {
    let project: Project
    let diagnostics: Diagnostics

    init(project: Project, diagnostics: Diagnostics = Diagnostics()) {
        self.project = project
        self.diagnostics = diagnostics
    }

    /// The folders of a project and what one file in each is called.
    enum Folder: String, CaseIterable {
        case robots
        case calibration
        case launch

        var kind: String {
            switch self {
            case .robots: "robot"
            case .calibration: "calibration"
            case .launch: "launch"
            }
        }

        /// What the `schema` line of its files says.
        var schema: String { "\(kind)/1" }
    }

    /// A file found: its name without ending, and its path.
    struct Found {
        var name: String
        var path: String
    }

    /// Resolves a name in `folder`, or a path when it has a slash or ends in `.yaml`.
    ///
    /// - Parameter mark: where the name is written; nil for an argument of the caller.
    func find(_ nameOrPath: String, in folder: Folder, mark: Mark?) -> Found? {
        if nameOrPath.contains("/") || nameOrPath.hasSuffix(".yaml") {
            let isThere = project.has(nameOrPath)
            let inProject = "\(project.root)/\(nameOrPath)"
            let path = isThere || nameOrPath.hasPrefix("/") ? nameOrPath : inProject
            let file = URL(fileURLWithPath: path).lastPathComponent
            let name = file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file
            return Found(name: name, path: path)
        }
        let available = project.names(in: folder.rawValue)
        if available.contains(nameOrPath) {
            return Found(
                name: nameOrPath, path: "\(project.root)/\(folder.rawValue)/\(nameOrPath).yaml")
        }
        let problem = ConfigurationError.Problem.notFound(
            kind: folder.kind, name: nameOrPath, nearest: Nearest.match(nameOrPath, in: available),
            available: available)
        if let mark {
            diagnostics.add(problem, at: mark)
        } else {
            let source = diagnostics.addSource(path: "\(folder.rawValue)/", text: "")
            diagnostics.add(problem, at: Mark(source: source, line: 0, column: 0))
        }
        return nil
    }

    /// Loads and parses a found file, and checks its `schema` line; nil when there is nothing to decode.
    func parse(_ found: Found, overrides: [String] = []) -> YAMLNode? {
        let shown = project.shown(found.path)
        let recorded = project.recordedText(found.path).map {
            diagnostics.addSource(path: shown, text: $0)
        }
        guard let source = recorded ?? diagnostics.load(path: found.path, shown: shown)
        else { return nil }
        guard let root = YAMLReader.read(source: source, diagnostics: diagnostics) else {
            return nil
        }
        return Overrides.apply(overrides, to: root, diagnostics: diagnostics)
    }

    /// Takes the `schema` key: what kind of file it is and in which version.
    ///
    /// - Returns: false for a file of another kind, whose other keys are no mistakes of this one.
    static func checkSchema(of block: Block, is folder: Folder) -> Bool {
        let found = block.choice(
            "schema", [folder.schema], "what kind of file it is, in which version")
        return found != nil || !Folder.allCases.contains { $0.schema == block.word("schema") }
    }
}
