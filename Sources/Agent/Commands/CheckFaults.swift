import Platform

/// What is wrong with the files of `hone check` that are no YAML.
struct CheckFaults: Error, HasExitCode, CustomStringConvertible {
    /// All of them; at least one.
    let faults: [RecordedFile.Fault]

    /// A line each.
    var description: String { faults.map { $0.text }.joined(separator: "\n") }

    /// Of the first.
    var exitCode: Int32 { faults.first?.exitCode ?? 70 }
}
