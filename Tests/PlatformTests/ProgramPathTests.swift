import Glibc
import Testing

@testable import Platform

@Suite("Where a program is")
struct ProgramPathTests {
    @Test("One without a slash is of a folder of PATH, never of where somebody stands")
    func path() async {
        await #expect(processExitsWith: .success) {
            try withDirectory { directory in
                for name in ["trap", "here/tool"] {
                    try Files.makeDirectories("\(directory)/here")
                    try Files.replace(
                        "\(directory)/\(name)", with: Array("#!/bin/sh\nexit 7\n".utf8),
                        permissions: 0o700)
                }
                chdir(directory)
                setenv("PATH", ":.:here:\(directory)/here:/bin", 1)
                let expected = PlatformError.system(
                    attempted: "run", subject: "trap", code: ENOENT)
                do throws(PlatformError) {
                    _ = try ChildProcess.spawn(executable: "trap")
                    exit(1)
                } catch { if error != expected { exit(2) } }
                if try ChildProcess.spawn(executable: "tool").wait() != 7 { exit(3) }
                if try ChildProcess.spawn(executable: "true").wait() != 0 { exit(4) }
                if try ChildProcess.spawn(executable: "./trap").wait() != 7 { exit(5) }
                try Files.remove("\(directory)/here/tool")
                rmdir("\(directory)/here")
            }
        }
    }

    @Test("A process that holds a secret leaves no core, and neither does what it starts")
    func core() async {
        await #expect(processExitsWith: .success) {
            try withDirectory { directory in
                Crash.leavesNoCore()
                let child = try ChildProcess.spawn(
                    executable: "/bin/sh", arguments: ["-c", "ulimit -c"],
                    output: "\(directory)/limit")
                _ = child.wait()
                // In blocks: less than one.
                let text = String(
                    decoding: try Files.read("\(directory)/limit", limit: 100), as: UTF8.self)
                if text != "0\n" { exit(1) }
            }
        }
    }
}
