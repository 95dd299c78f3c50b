import Foundation
import Platform
import Testing

@testable import Agent
@testable import TestSupport

@Suite("A disk with little room")
struct DiskSpaceTests {
    /// A file system of its own, seen by what the script runs alone; not every machine allows that.
    ///
    /// - Parameter mebibytes: of the file system, at `$DISK`.
    private static func run(
        _ script: String, mebibytes: Int, in scratch: Scratch,
        from folder: String = HoneProgram.root
    ) throws -> Int32 {
        let mount =
            "mkdir -p $DISK && mount -t tmpfs -o size=\(mebibytes)m none $DISK || exit 99\n"
        return try ChildProcess.spawn(
            executable: "/usr/bin/env",
            arguments: ["-C", folder, "unshare", "-rm", "/bin/bash", "-c", mount + script],
            environment: ["NO_COLOR": "1", "DISK": scratch.path("disk")],
            output: scratch.path("output"), errors: scratch.path("errors")
        ).wait()
    }

    private static let mayMount: Bool = {
        guard let scratch = try? Scratch() else { return false }
        return (try? run("true", mebibytes: 1, in: scratch)) == 0
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
            \(HoneProgram.path) \(words)
            code=$?
            ls $DISK
            exit $code
            """, mebibytes: 100, in: scratch)
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
            \(HoneProgram.path) \(words) &
            until grep -qs '"episode"' $DISK/session/metrics.jsonl; do sleep 0.02; done
            head -c 200m /dev/zero > $DISK/fill
            wait $!
            echo ended $?
            rm $DISK/fill
            \(HoneProgram.path) demo --quiet --resume $DISK/session
            """, mebibytes: 400, in: scratch)
        let (output, errors) = (try scratch.text("output"), try scratch.text("errors"))
        #expect(code == 0, "\(errors)")
        #expect(output.contains("ended 74"), "\(output)")
        #expect(errors.contains("make room") && errors.contains("resume with:"), "\(errors)")
    }

    @Test(
        "By the wall clock the robot waits for room, and for a person to start it",
        .enabled(if: mayMount), .byTheWallClock)
    func held() throws {
        let project = try OwnProject()
        try project.allowBusyMachine()
        let scratch = project.scratch
        let code = try Self.run(
            """
            hone=\(HoneProgram.path)
            session=$DISK/session
            $hone record demo-realtime --episodes 2 --quiet --no-attended --directory $session &
            # Until a command succeeds, as long as the session runs.
            outlast() { until "$@"; do kill -0 $! || exit 98; sleep 0.2; done; }
            outlast test -s $session/log/session.mcap
            head -c 200m /dev/zero > $DISK/fill
            outlast eval '$hone status $session | grep "cause 32"'
            rm $DISK/fill
            outlast $hone start $session
            wait $!
            """, mebibytes: 400, in: scratch, from: scratch.folder)
        let (output, errors) = (try scratch.text("output"), try scratch.text("errors"))
        #expect(code == 0, "\(output)\(errors)")
        #expect(output.contains("hone start"), "\(output)")
        #expect(
            errors.contains("make room") && errors.contains("To continue: hone start"), "\(errors)")
    }

    @Test(
        "A log that failed is written again as soon as there is room, before anybody says start",
        .enabled(if: mayMount), .byTheWallClock)
    func writtenAgain() throws {
        let project = try OwnProject()
        try project.allowBusyMachine()
        let scratch = project.scratch
        let code = try Self.run(
            """
            hone=\(HoneProgram.path)
            session=$DISK/session
            $hone record demo-realtime --episodes 2 --quiet --no-attended --directory $session &
            # Until a command succeeds, as long as the session runs.
            outlast() { until "$@"; do kill -0 $! || exit 98; sleep 0.2; done; }
            written() { cat $session/log/session*.mcap | wc -c; }
            outlast test -s $session/log/session.mcap
            head -c 400m /dev/zero > $DISK/fill
            outlast eval '$hone status $session | grep "cause 32"'
            # Nothing more fits.
            sleep 1
            before=$(written)
            rm $DISK/fill
            for try in $(seq 100); do
                [ $(written) -gt $before ] && break
                sleep 0.2
            done
            if [ $(written) -le $before ]; then
                kill $!
                wait $!
                exit 97
            fi
            outlast $hone start $session
            wait $!
            """, mebibytes: 400, in: scratch, from: scratch.folder)
        let (output, errors) = (try scratch.text("output"), try scratch.text("errors"))
        #expect(code == 0, "\(output)\(errors)")
        #expect(
            errors.contains("make room") && errors.contains("To continue: hone start"), "\(errors)")
    }
}
