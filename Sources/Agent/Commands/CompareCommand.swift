import Configuration
import Foundation
import Platform
import Report

/// `hone compare`: sessions side by side.
public enum CompareCommand {
    /// Prints what differs between sessions, in settings and in figures, and what could not be compared.
    ///
    /// - Parameters:
    ///   - paths: session directories.
    ///   - page: where an HTML page is written; nil for none.
    ///   - json: one object instead of tables.
    /// - Throws: for a directory that holds no session; `CompareError` where none of them can be compared.
    public static func run(_ paths: [String], page: String?, json: Bool) throws {
        let comparison = try SessionComparison(paths)
        if let page {
            try Files.replace(
                page, with: Array(SessionComparisonPage(comparison: comparison).html.utf8))
        }
        Terminal.writeToStandardOutput(
            json
                ? try comparison.json.pretty + "\n"
                : comparison.text(on: .standardOutput()) + (page.map { "\npage: \($0)\n" } ?? ""))
        guard !comparison.arms.isEmpty else {
            throw CompareError.nothing(comparison.problems)
        }
    }
}
