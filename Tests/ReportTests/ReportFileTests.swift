import Foundation
import Testing

@testable import Report
@testable import TestSupport

@Suite("Report: files")
struct ReportFileTests {
    /// Writes into HONE_REPORT_DIRECTORY, to be looked at, or into a folder that is removed.
    @Test("Both files are written and the JSON reads back as the same report")
    func writesBoth() throws {
        let report = ReportSample.report(seed: 7)
        let kept = ProcessInfo.processInfo.environment["HONE_REPORT_DIRECTORY"]
        let directory =
            kept.map { URL(fileURLWithPath: $0) }
            ?? FileManager.default.temporaryDirectory.appendingPathComponent(
                "hone-report-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { if kept == nil { try? FileManager.default.removeItem(at: directory) } }
        try report.write(into: directory.path)
        let json = try Data(contentsOf: directory.appendingPathComponent("report.json"))
        #expect(try SessionReport(json: json) == report)
        let html = try String(
            contentsOf: directory.appendingPathComponent("report.html"), encoding: .utf8)
        #expect(html == ReportPage(report).html)
    }

    @Test("A folder that is not there is an error with the path")
    func refused() {
        let error = #expect(throws: ReportError.self) {
            try ReportSample.report().write(into: "/nonexistent-hone-folder")
        }
        #expect(error?.description.contains("/nonexistent-hone-folder/report.html") == true)
    }
}
