import Embodiment
import Foundation
import Testing

@testable import Configuration

@Suite("Checking the files that a person names")
struct CheckFilesTests {
    @Test("A file of any kind is known by its schema, wherever it lies")
    func kinds() throws {
        let files = [
            "robots/sim-widowx.yaml", "calibration/sim-0001.yaml", "launch/demo.yaml",
        ].map { "\(project.root)/\($0)" }
        let findings = ConfigurationChecker.check(files)
        #expect(findings.map(\.file) == files)
        #expect(findings.allSatisfy { $0.errors.isEmpty })
        #expect(findings.map { $0.robot?.name } == ["sim-widowx", nil, nil])
    }

    @Test("Mistakes of each, and of what it names, are found")
    func mistakes() throws {
        let scratch = try ScratchProject()
        let root = scratch.project.root
        let robot = try String(
            contentsOfFile: "\(root)/robots/sim-widowx.yaml", encoding: .utf8)
        try scratch.write(
            robot.replacingOccurrences(of: "policy_rate_hz", with: "policy_rate"),
            to: "robots/sim-widowx.yaml")
        try scratch.write("summary: nothing\n", to: "launch/none.yaml")
        try scratch.write("schema: robots/1\n", to: "launch/other.yaml")
        let names = [
            "robots/sim-widowx", "calibration/sim-0001", "launch/demo", "launch/none",
            "launch/other", "launch/missing",
        ]
        let findings = ConfigurationChecker.check(names.map { "\(root)/\($0).yaml" })
        let texts = findings.map { $0.errors.map(\.description).joined() }
        for index in 0..<3 {
            #expect(texts[index].contains("did you mean \"policy_rate_hz\""), "\(names[index])")
        }
        #expect(texts[3].contains("schema"))
        #expect(texts[4].contains("robot/1"))
        #expect(texts[5].contains("no such file"))
        #expect(findings.allSatisfy { $0.robot == nil })
    }

    @Test("A pointer of Git LFS in the place of a file is named")
    func pointer() throws {
        let scratch = try ScratchProject()
        try scratch.write(
            "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n",
            to: "robots/sim-widowx.yaml")
        for name in ["robots/sim-widowx", "launch/demo"] {
            let findings = ConfigurationChecker.check(["\(scratch.project.root)/\(name).yaml"])
            let text = findings[0].errors.map(\.description).joined()
            #expect(text.contains("Git LFS pointer") && text.contains("git lfs pull"), "\(text)")
        }
    }

    @Test("A robot alone needs no project around it")
    func alone() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("hone-alone-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.copyItem(
            atPath: "\(project.root)/robots/reach-arm.yaml", toPath: folder + "/arm.yaml")
        let findings = ConfigurationChecker.check([folder + "/arm.yaml"])
        #expect(findings.map { $0.errors.count } == [0])
        #expect(findings.first?.robot?.name == "arm")
    }

    @Test("A robot's file where a launch is wanted is one mistake, not one for each of its keys")
    func otherKind() throws {
        let scratch = try ScratchProject()
        let complaint = scratch.complaint("robots/sim-widowx.yaml")
        #expect(complaint.hasPrefix("robots/sim-widowx.yaml:"), "\(complaint)")
        #expect(complaint.split(separator: "error: ").count == 2, "\(complaint)")
        #expect(complaint.contains("robot/1") && complaint.contains("launch/1"), "\(complaint)")
    }
}
