import Configuration
import Foundation
import Platform
import Report

/// The results of a grid: a file for each arm and seed.
struct GridResults {
    let grid: Grid
    /// Their folder.
    let folder: String

    private static let mostBytes = 16 << 20

    init(of grid: Grid, in project: Project) {
        self.grid = grid
        folder = grid.results.hasPrefix("/") ? grid.results : "\(project.root)/\(grid.results)"
    }

    /// One arm's, with one seed.
    func path(_ arm: Grid.Arm, _ seed: UInt64) -> String { "\(folder)/\(arm.name)-\(seed).json" }

    /// What was found of one session.
    enum Finding {
        /// It has not run.
        case missing
        /// It has.
        case present(GridResult)
        /// It has, but not as it would run now: why.
        case stale(String)
    }

    /// Looks for a session's result.
    ///
    /// - Throws: for a file that is none.
    func find(_ arm: Grid.Arm, _ seed: UInt64) throws -> Finding {
        let path = path(arm, seed)
        guard Files.exists(path) else { return .missing }
        let result: GridResult
        do {
            let bytes = try Files.read(path, limit: Self.mostBytes, .record)
            result = try RecordCoding.decoder.decode(GridResult.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw GridError.noResult(path, JSONFault.words(of: error))
        }
        guard result.schema == GridResult.schema, result.figures.seed == seed else {
            throw GridError.noResult(path, "it is not the result of seed \(seed)")
        }
        if result.settingsHash != arm.table.hash { return .stale("other settings") }
        if result.hone != Version.text { return .stale("Hone \(result.hone)") }
        return .present(result)
    }

    /// Every result there is, in the order of arms and seeds, and those that are of other settings or versions.
    func read() throws -> (results: [GridResult], stale: [String]) {
        var found: (results: [GridResult], stale: [String]) = ([], [])
        for arm in grid.arms {
            for seed in grid.seeds {
                switch try find(arm, seed) {
                case .missing: break
                case .present(let result): found.results.append(result)
                case .stale(let why): found.stale.append("\(arm.name)-\(seed).json: of \(why)")
                }
            }
        }
        return found
    }

    /// - Throws: where a result is not of what its session would be now.
    func refuseStale() throws {
        let stale = try read().stale
        guard stale.isEmpty else { throw GridError.stale(folder: folder, stale) }
    }

    /// Keeps a session's result.
    func keep(_ result: GridResult, _ arm: Grid.Arm) throws {
        try Files.makeDirectories(folder)
        let text = try RecordCoding.value(of: result).pretty + "\n"
        try Files.replace(path(arm, result.figures.seed), with: Array(text.utf8))
    }
}
