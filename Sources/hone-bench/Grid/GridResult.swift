import Report

/// What one session of a grid came to: a small file that may be kept with the project.
///
/// It names no path, no machine and no person.
struct GridResult: Codable, Equatable {
    /// The file's kind and version.
    var schema = Self.schema
    /// Name of the grid.
    var grid: String
    /// Name of the arm.
    var arm: String
    /// `--set` arguments in order.
    var settings: [String]
    /// `SettingTable.hash` of what they came to.
    var settingsHash: String
    /// Hone's version.
    var hone: String
    /// Commit of the sources in the project, with a + where they were changed since; nil where there is no git.
    var commit: String?
    /// What multiplied matrices: other kernels give other last bits.
    var kernels: String?
    /// The session's.
    var figures: SessionFigures

    /// This version's.
    static let schema = "grid-result/1"
}
