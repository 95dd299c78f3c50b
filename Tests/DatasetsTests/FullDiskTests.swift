import Experience
import Foundation
import Platform
import Testing

@testable import Datasets
@testable import TestSupport

/// Exports, imports and labels onto a disk that is full: told of the output, and nothing is left in the way of the next try.
@Suite("Data sets and a full disk", .enabled(if: ConverterPython.isThere && SmallDisk.mayMount))
struct FullDiskTests {
    /// A data set of three episodes for the demo's robot at `$HERE/data.npz`, and a session of it at `$HERE/session`.
    private static func prepared() throws -> Scratch {
        let scratch = try Scratch()
        _ = try Datasets.python(
            """
            import sys, numpy as np
            rng = np.random.default_rng(1)
            ends = np.arange(60) % 20 == 19
            np.savez(sys.argv[1], observations=rng.uniform(-.05, .05, (60, 13)), actions=rng.uniform(-1, 1, (60, 7)),
                rewards=ends.astype(float), terminals=ends)
            """, [scratch.path("data.npz")], in: scratch)
        let outcome = try HoneProgram.run([
            "episodes", "import", scratch.path("data.npz"), "--launch", "demo", "--directory",
            scratch.path("session"),
        ])
        try #require(outcome.code == 0, "\(outcome.errors)")
        return scratch
    }

    @Test("An export names the output that could not be written, and leaves nothing of it")
    func exported() throws {
        let scratch = try Self.prepared()
        let (code, output, errors) = try SmallDisk.run(
            """
            for format in lerobot-v3 minari d4rl npz; do
                $HONE episodes export $HERE/session $DISK/out-$format --format $format
                echo $? $format $(ls -A $DISK)
            done
            """, kibibytes: 4, in: scratch)
        #expect(code == 0)
        let formats = ["lerobot-v3", "minari", "d4rl", "npz"]
        #expect(output == formats.map { "74 \($0)\n" }.joined(), "\(output)\(errors)")
        for format in formats {
            #expect(errors.contains("disk/out-\(format) could not be written: No space left"))
        }
        #expect(!errors.contains("cannot be used here") && !errors.contains("episodes.mcap"))
    }

    @Test("A slash behind a file, a link to nowhere and two exports at once name the output")
    func occupied() throws {
        let scratch = try Self.prepared()
        let (_, output, errors) = try SmallDisk.run(
            """
            export() { $HONE episodes export $HERE/session "$@"; echo $?; }
            export $DISK/out/ --format npz
            export $DISK/out/ --format minari
            ln -s nowhere $DISK/link
            export $DISK/link --format npz
            (export $DISK/two --format npz >$DISK/one.txt) &
            export $DISK/two --format npz >$DISK/other.txt
            wait
            cat $DISK/one.txt $DISK/other.txt | grep -E '^[0-9]+$' | sort
            ls -A $DISK
            """, kibibytes: 4096, in: scratch)
        let lines = output.split(separator: "\n").filter { !$0.contains("episodes,") }
        #expect(
            lines == ["73", "0", "73", "0", "73", "link", "one.txt", "other.txt", "out", "two"],
            "\(output)\(errors)")
        #expect(errors.contains("leave out the slash") && errors.contains("leads nowhere"))
    }

    @Test("An import leaves nothing of its own, so that the next one has room to begin")
    func imported() throws {
        let scratch = try Self.prepared()
        let (_, output, errors) = try SmallDisk.run(
            """
            import() { $HONE episodes import $HERE/data.npz --launch demo --json --directory $1 >$HERE/said.txt; echo $?; }
            import $DISK/session
            grep -c '"ok": false' $HERE/said.txt
            ls -A $DISK
            mkdir $DISK/mine
            import $DISK/mine
            ls -A $DISK $DISK/mine | wc -w
            mount -o remount,size=4096k $DISK
            import $DISK/session
            import $DISK/mine
            $HONE episodes verify $DISK/session >$HERE/said.txt; echo $?
            """, kibibytes: 8, in: scratch)
        // Of the two folders there are their names and `mine`.
        #expect(
            output.split(separator: "\n") == ["74", "1", "74", "3", "0", "0", "0"],
            "\(output)\(errors)")
    }

    @Test("A label that could not be written is not there; an empty one of before says nothing")
    func labelled() throws {
        let scratch = try Self.prepared()
        let (_, output, errors) = try SmallDisk.run(
            """
            cp -r $HERE/session $DISK/session
            labels() { (cd $DISK/session/log && ls -s labels-* 2>/dev/null | tr -s ' ' | tr '\\n' ' '; echo); }
            dd if=/dev/zero of=$DISK/filler bs=4k 2>/dev/null
            $HONE episodes relabel $DISK/session 1 failure >$HERE/said.txt; echo $?
            labels
            rm $DISK/filler
            : >$DISK/session/log/labels-0001.mcap
            for verb in verify list; do $HONE episodes $verb $DISK/session >$HERE/said.txt; echo $?; done
            $HONE check $DISK/session >$HERE/said.txt; echo $?
            $HONE episodes relabel $DISK/session 1 failure >$HERE/said.txt; echo $?
            (cd $DISK/session/log && ls)
            $HONE episodes list $DISK/session | grep -c 'recorded as success'
            """, kibibytes: 512, in: scratch)
        #expect(
            output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) == [
                "74", "", "0", "0", "0", "0", "labels-0001.mcap", "labels-0002.mcap",
                "session.mcap", "1", "",
            ], "\(output)\(errors)")
    }
}

/// A disk of its own for a script.
private enum SmallDisk {
    /// Runs a script that has a file system of its own at `$DISK`, and `hone` at `$HONE`; not every machine allows that.
    static func run(
        _ script: String, kibibytes: Int, in scratch: Scratch
    ) throws -> (code: Int32, output: String, errors: String) {
        let mount =
            "mkdir -p $DISK && mount -t tmpfs -o size=\(kibibytes)k none $DISK || exit 99\n"
        let code = try ChildProcess.spawn(
            executable: "/usr/bin/env",
            arguments: [
                "-C", HoneProgram.root, "unshare", "-rm", "/bin/bash", "-c", mount + script,
            ],
            environment: [
                "NO_COLOR": "1", "DISK": scratch.path("disk"), "HONE": HoneProgram.path,
                "HERE": scratch.folder,
            ], output: scratch.path("output"), errors: scratch.path("errors")
        ).wait()
        return (code, try scratch.text("output"), try scratch.text("errors"))
    }

    static let mayMount: Bool = {
        guard let scratch = try? Scratch() else { return false }
        return (try? run("true", kibibytes: 64, in: scratch).code) == 0
    }()
}
