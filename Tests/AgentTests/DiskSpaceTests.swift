import Foundation
import Platform
import Testing

@testable import Agent

@Suite("A disk with little room")
struct DiskSpaceTests {
    /// A file system of its own, seen by what the script runs alone; not every machine allows that.
    private static func run(_ script: String, in scratch: Scratch) throws -> Int32 {
        try ChildProcess.spawn(
            executable: "/usr/bin/env",
            arguments: ["-C", HoneProgram.root, "unshare", "-rm", "/bin/bash", "-c", script],
            environment: ["NO_COLOR": "1", "DISK": scratch.path("disk")],
            output: scratch.path("output"), errors: scratch.path("errors")
        ).wait()
    }

    private static let mayMount: Bool = {
        guard let scratch = try? Scratch() else { return false }
        let script = "mkdir -p $DISK && mount -t tmpfs -o size=1m none $DISK"
        return (try? run(script, in: scratch)) == 0
    }()

    @Test("Room is that of the nearest folder there is")
    func near() throws {
        let free = try Files.freeBytes(near: "/tmp")
        let deep = try Files.freeBytes(near: "/tmp/hone-none/none/none")
        #expect(free > 0 && max(free, deep) - min(free, deep) < 1 << 30)
        #expect(try Files.freeBytes(near: "none") > 0)
    }

    @Test("A session does not begin without room", .enabled(if: mayMount))
    func refused() throws {
        let scratch = try Scratch()
        let session = FinishedSession(scratch.path("disk/session"))
        let words = KilledSession.begin(session, seed: 0).joined(separator: " ")
        let code = try Self.run(
            """
            mkdir -p $DISK && mount -t tmpfs -o size=100m none $DISK || exit 99
            \(HoneProgram.path) \(words)
            code=$?
            ls $DISK
            exit $code
            """, in: scratch)
        #expect(code == 74)
        #expect(try scratch.text("output").isEmpty, "nothing is left behind")
        let errors = try scratch.text("errors")
        #expect(errors.contains("make room") && errors.contains("MiB left"), "\(errors)")
    }

    @Test(
        "One that runs out of room ends after the episode and goes on with room",
        .enabled(if: mayMount))
    func filled() throws {
        let scratch = try Scratch()
        let session = FinishedSession(scratch.path("disk/session"))
        let words = KilledSession.begin(session, seed: 0).joined(separator: " ")
        let code = try Self.run(
            """
            mkdir -p $DISK && mount -t tmpfs -o size=400m none $DISK || exit 99
            \(HoneProgram.path) \(words) &
            until grep -qs '"episode"' $DISK/session/metrics.jsonl; do sleep 0.02; done
            head -c 200m /dev/zero > $DISK/fill
            wait $!
            echo ended $?
            rm $DISK/fill
            \(HoneProgram.path) demo --quiet --resume $DISK/session
            """, in: scratch)
        let (output, errors) = (try scratch.text("output"), try scratch.text("errors"))
        #expect(code == 0, "\(errors)")
        #expect(output.contains("ended 74"), "\(output)")
        #expect(errors.contains("make room") && errors.contains("resume with:"), "\(errors)")
    }
}
