import Embodiment
import Recipe
import Testing

@testable import Configuration

@Suite("Launch files")
struct LaunchFileTests {
    @Test("Everything shipped is right")
    func shipped() {
        let findings = ConfigurationChecker.checkAll(root: project.root)
        for finding in findings {
            #expect(
                finding.errors.isEmpty,
                "\(finding.errors.map(\.description).joined(separator: "\n"))")
        }
        let files = findings.map(\.file)
        for name in [
            "robots/sim-widowx.yaml", "robots/widowx250s.yaml", "robots/sawyer-metaworld.yaml",
            "robots/franka-panda.yaml", "robots/aloha.yaml", "launch/panda-pick.yaml",
            "calibration/sim-0001.yaml", "launch/demo.yaml", "launch/metaworld-drawer-open.yaml",
        ] {
            #expect(files.contains(name))
        }
    }

    @Test("The demo is read with its robot, calibration, preset and texts")
    func demo() throws {
        let launch = try LaunchFile.read("demo", in: project)
        #expect(launch.name == "demo" && launch.schedule == .lockstep && launch.seed == 0)
        #expect(launch.robot.name == "sim-widowx" && launch.calibration.serial == "sim-0001")
        #expect(launch.calibration.axisOffsets.count == launch.robot.axes.count)
        #expect(launch.task.name == "cup-to-rack" && launch.task.success == .bridge)
        #expect(launch.simulation?.variant == .field)
        #expect(launch.bridge.isLockstep && launch.bridge.endpoint.isEmpty)
        #expect(launch.algorithm.preset == "default")
        #expect(
            launch.sources.map(\.path) == [
                "launch/demo.yaml", "robots/sim-widowx.yaml", "calibration/sim-0001.yaml",
            ])
        #expect(launch.sources.allSatisfy { !$0.text.isEmpty })
        #expect(try LaunchFile.read("launch/demo.yaml", in: project) == launch)
        #expect(try LaunchFile.read("\(project.root)/launch/demo.yaml", in: project) == launch)
    }

    @Test("Overrides take the way of the file, whatever they change")
    func overrides() throws {
        let launch = try LaunchFile.read(
            "demo", in: project,
            overrides: [
                "seed=18446744073709551615", "preset=paper", "schedule=realtime",
                "optimisation.num_steps=0", "optimisation.distill_argmax=true",
                "critic.critic_ensemble_size=3", "critic.q_min=-200", "policy.kind=gaussian",
                "training.mixing_ratio=0.25", "session.offline_data=[a, b c]",
                "task.max_episode_s=2.5", "session.demonstrations=7",
                "session.demonstrations=8", "bridge.silence_s=7",
                "summary=\"a: b\"",
            ])
        #expect(launch.seed == .max && launch.schedule == .realtime && !launch.bridge.isLockstep)
        #expect(launch.algorithm.preset == "paper")
        #expect(launch.algorithm.optimisation.steps == 0)
        #expect(launch.algorithm.optimisation.distillTemperature == 0)
        #expect(launch.algorithm.optimisation.baseActions == 32)
        #expect(launch.algorithm.critic.ensembleSize == 3 && launch.algorithm.critic.qMin == -200)
        #expect(launch.algorithm.policy.kind == .gaussian)
        #expect(launch.algorithm.schedule.mixingRatio == 0.25)
        #expect(launch.session.offlineData == ["a", "b c"])
        #expect(launch.session.demonstrations == 8)
        #expect(launch.task.maxSteps(of: launch.robot) == 13)
        #expect(launch.bridge.silenceSeconds == 7)
        #expect(launch.summary == "a: b" && launch.overrides.count == 15)
    }

    @Test(
        "A mistake in an override is reported as the override",
        arguments: [
            ("seed", "expected key=value, such as session.demonstrations=20"),
            ("=3", "the key must be names with points between them"),
            ("a..b=3", "the key must be names with points between them"),
            ("seed=", "there is no value after ="),
            ("optimisation.stepsize=1", "unknown key \"stepsize\"; did you mean \"step_size\"?"),
            (
                "critic.discount=1",
                "critic.discount: \"1\" is out of range, must be at least 0 and less than 1"
            ),
            (
                "seed=-1",
                "seed: \"-1\" is out of range, must be a whole number from 0 to \(UInt64.max)"
            ),
            (
                "schedule=real-time",
                "schedule: \"real-time\" is not a choice; did you mean \"realtime\"? "
                    + "(choices: lockstep, realtime)"
            ),
            ("schedule.x=1", "schedule: expected one of lockstep, realtime, found a block"),
            ("session=5", "session: expected a block of keys, found \"5\""),
            (
                "robot=sim-windowx",
                "no robot \"sim-windowx\"; did you mean \"sim-widowx\"? (available: "
                    + project.robots.sorted().joined(separator: ", ") + ")"
            ),
            (
                "critic.q_min=-10",
                "q_min -10 is above the return of a failed episode, -1/(1 - discount) = -100"
            ),
            (
                "optimisation.num_actions_to_keep=99",
                "num_actions_to_keep 99 is more than num_base_policy_actions "
                    + "\(AlgorithmSettings.standard.optimisation.baseActions)"
            ),
            (
                "critic.critic_subsample_size=9",
                "critic_subsample_size 9 is more than the critic_ensemble_size 4"
            ),
            (
                "bridge.lockstep=false",
                "lockstep: false does not go with schedule: lockstep; leave it out"
            ),
            (
                "bridge.endpoint=udp://x",
                "endpoint: expected ipc://path or tcp://host:port, found \"udp://x\""
            ),
            (
                "bridge.endpoint=tcp://x:0",
                "endpoint: expected tcp://host:port, found \"tcp://x:0\""
            ),
            (
                "bridge.endpoint=tcp://192.168.1.2:5570",
                "endpoint: tcp://192.168.1.2:5570 is refused: \(Loopback.advice)"
            ),
            (
                "bridge.endpoint=tcp://0.0.0.0:5570",
                "endpoint: tcp://0.0.0.0:5570 is refused: \(Loopback.advice)"
            ),
            (
                "bridge.command=[a, \"{sed}\"]",
                "bridge.command: \"{sed}\" is not a choice; did you mean \"{seed}\"? "
                    + "(choices: {endpoint}, {task}, {seed})"
            ),
            (
                "policy.objective=maximise_q",
                "objective: maximise_q needs kind: gaussian or onestep, which can be differentiated"
            ),
            (
                "critic.cql_importance_sample=true",
                "cql_importance_sample needs a policy with a density: policy.kind gaussian"
            ),
            ("seed=&a 1", "anchors (&name) are not used in Hone's files"),
        ])
    func badOverride(override: String, message: String) throws {
        let scratch = try ScratchProject()
        // The demo's robot is simulated, and has no bridge that anything could start.
        let launch = override.hasPrefix("bridge.command") ? "widowx-cup" : "demo"
        let first = scratch.complaint(launch, [override]).split(separator: "\n").first ?? ""
        #expect(first == "--set \(override): error: \(message)")
    }

    @Test("The Gaussian baseline is a matter of settings")
    func gaussian() throws {
        let launch = try LaunchFile.read(
            "demo", in: project,
            overrides: [
                "policy.kind=gaussian", "policy.objective=maximise_q",
                "critic.cql_importance_sample=true", "critic.use_calql_on_random_actions=true",
            ])
        #expect(launch.algorithm == AlgorithmSettings.standard.asGaussianCalQL())
    }

    @Test("Importance weights need a policy that gives densities, not only one that has them")
    func densities() throws {
        let scratch = try ScratchProject()
        let overrides = ["policy.kind=gaussian", "critic.cql_importance_sample=true"]
        let complaint = scratch.complaint("demo", overrides)
        #expect(
            complaint.hasPrefix(
                "--set critic.cql_importance_sample=true: error: cql_importance_sample needs "
                    + "policy.objective maximise_q"), "\(complaint)")
        #expect(scratch.complaint("demo", overrides + ["policy.objective=maximise_q"]) == "")
    }

    @Test("Returns of failures that are cut off are no lower bound of anything")
    func cutOffReturns() throws {
        let scratch = try ScratchProject()
        let off = "training.push_failed_to_min=false"
        #expect(scratch.complaint("demo", [off, "critic.return_lower_bound=false"]) == "")
        // Published so: the paper's targets have no lower bound.
        #expect(scratch.complaint("demo", [off, "preset=paper"]) == "")
        try scratch.replace(
            "preset: default", with: "preset: default\ntraining:\n  push_failed_to_min: false",
            in: "launch/demo.yaml")
        let complaint = scratch.complaint("demo")
        #expect(
            complaint.hasPrefix(
                "launch/demo.yaml:20:23: error: push_failed_to_min: false goes with "
                    + "critic.return_lower_bound: false only"), "\(complaint)")
    }

    @Test("An episode that is too long to be trained on is a mistake")
    func episodeLength() throws {
        let scratch = try ScratchProject()
        let launch = "metaworld-drawer-open"
        #expect(scratch.complaint(launch, ["task.max_episode_s=3276.8"]) == "")
        let complaint = scratch.complaint(launch, ["task.max_episode_s=3600"])
        #expect(
            complaint.hasPrefix(
                "--set task.max_episode_s=3600: error: max_episode_s 3600 at policy_rate_hz 20 is "
                    + "72000 steps; an episode that is trained on has at most 65536"),
            "\(complaint)")
    }

    @Test("The caret of an override stands under its part")
    func caret() throws {
        let scratch = try ScratchProject()
        #expect(
            scratch.complaint("demo", ["optimisation.num_stepz=3"]) == """
                --set optimisation.num_stepz=3: error: unknown key "num_stepz"; did you mean "num_steps"?
                    optimisation.num_stepz=3
                                 ^
                """)
        #expect(
            scratch.complaint("demo", ["session.workers=two"]).hasSuffix(
                "\n    session.workers=two\n                    ^"))
    }

    @Test("A name that is not there lists those that are")
    func unknownNames() throws {
        let scratch = try ScratchProject()
        let names = scratch.project.launches.joined(separator: ", ")
        #expect(
            scratch.complaint("dmeo")
                == "launch/: error: no launch \"dmeo\"; did you mean \"demo\"? (available: \(names))"
        )
        #expect(
            scratch.complaint("zzzzzz")
                == "launch/: error: no launch \"zzzzzz\"; available: \(names)")
        #expect(
            scratch.complaint("launch/none.yaml")
                == "launch/none.yaml: error: cannot be read: there is no such file")
        #expect(
            scratch.complaint("launch/")
                == "launch/: error: cannot be read: it is not a regular file")
        try scratch.replace("sim-0001", with: "sim-0002", in: "launch/demo.yaml")
        #expect(
            scratch.complaint("demo").hasPrefix(
                "launch/demo.yaml:5:14: error: no calibration \"sim-0002\"; did you mean \"sim-0001\"?"
            ))
    }

    @Test("Mistakes in launch, robot and calibration are all reported, each in its file")
    func together() throws {
        let scratch = try ScratchProject()
        try scratch.replace("seed: 0", with: "seed: zero", in: "launch/demo.yaml")
        try scratch.replace(
            "policy_rate_hz: 5", with: "policy_rate_hz: 6", in: "robots/sim-widowx.yaml")
        try scratch.replace("tool: none", with: "tol: none", in: "calibration/sim-0001.yaml")
        let heads = scratch.complaint("demo").split(separator: "\n").filter {
            $0.contains(": error: ")
        }
        #expect(heads.count == 3)
        #expect(heads[0].hasPrefix("launch/demo.yaml:17:7: error: seed: expected a whole number"))
        #expect(
            heads[1].hasPrefix("robots/sim-widowx.yaml:9:17: error: policy_rate_hz 6 must divide"))
        #expect(
            heads[2].hasPrefix("calibration/sim-0001.yaml:5:1: error: unknown key \"tol\"; did"))
        // The check reports each under its own file, once.
        let wrong = ConfigurationChecker.checkAll(root: scratch.project.root).filter {
            !$0.errors.isEmpty
        }
        #expect(
            wrong.map(\.file) == [
                "robots/sim-widowx.yaml", "calibration/sim-0001.yaml", "launch/demo.yaml",
            ])
        #expect(wrong.allSatisfy { $0.errors.count == 1 })
    }

    @Test(
        "A calibration must be of the robot, complete and plausible",
        arguments: [
            (
                "robot: sim-widowx", "robot: widowx250s",
                "3:8 this is a calibration of widowx250s, not of sim-widowx"
            ),
            (
                "date: ", "date: 2026-02-30 #",
                "4:7 date: \"2026-02-30\" is not a date such as 2025-03-31"
            ),
            ("yaw_rad: 0", "yaw_deg: 0", "6:67 unknown key \"yaw_deg\"; did you mean \"yaw_rad\"?"),
            (", gripper: 0}", "}", "6:1 missing key \"gripper\" in axis_offsets"),
            (
                "x_m: 0", "x_m: 3",
                "6:21 axis_offsets.x_m: \"3\" is out of range, must be -0.1 to 0.1"
            ),
        ])
    func calibration(old: String, new: String, expected: String) throws {
        let scratch = try ScratchProject()
        try scratch.replace(old, with: new, in: "calibration/sim-0001.yaml")
        let robot = try RobotFile.read("sim-widowx", in: scratch.project)
        let errors = #expect(throws: ConfigurationErrors.self) {
            try CalibrationFile.read("sim-0001", for: robot, in: scratch.project)
        }
        #expect(brief(errors?.errors ?? []) == [expected])
    }

    @Test("What a machine that may be late may do with a robot is stated, and checked")
    func degraded() throws {
        let scratch = try ScratchProject()
        let arm = try RobotFile.read("widowx250s", in: scratch.project)
        #expect(arm.degraded.reduced == 0.5 && arm.degraded.poor == nil)
        let file = "robots/sim-widowx.yaml"
        try scratch.replace("rt1_speed_share: 1", with: "rt1_speed_share: 0.4", in: file)
        try scratch.replace("rt2_speed_share: 1", with: "rt2_speed_share: 0.1", in: file)
        let robot = try RobotFile.read("sim-widowx", in: scratch.project)
        #expect(robot.degraded.reduced == 0.4 && robot.degraded.poor == 0.1)
        try scratch.replace("rt2_speed_share: 0.1", with: "rt2_speed_share: 0", in: file)
        #expect(
            scratch.complaint("demo").contains(
                "degraded.rt2_speed_share: \"0\" is out of range, must be more than 0 and at most 1"
            ))
    }

    @Test("A bridge that nobody starts and nobody names is a mistake")
    func noBridge() throws {
        let scratch = try ScratchProject()
        try scratch.replace("endpoint:", with: "#", in: "launch/widowx-cup.yaml")
        #expect(
            scratch.complaint("widowx-cup").contains(
                "error: bridge needs an endpoint to connect to or a command that starts one"))
    }

    /// A bridge on another machine, with these lines under it.
    private func remoteBridge(_ lines: String) throws -> ScratchProject {
        let scratch = try ScratchProject()
        try scratch.replace(
            "  endpoint: tcp://127.0.0.1:5570",
            with: "  endpoint: tcp://192.168.1.2:5570\n" + lines,
            in: "launch/widowx-cup.yaml")
        return scratch
    }

    @Test("A bridge on another machine is taken with keys")
    func keys() throws {
        let key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
        let scratch = try remoteBridge(
            "  curve:\n    secret_key: keys/secret.key\n    bridge_key: '\(key)'")
        let bridge = try LaunchFile.read("widowx-cup", in: scratch.project).bridge
        #expect(bridge.endpoint == "tcp://192.168.1.2:5570")
        #expect(bridge.curve?.secretKeyFile == "keys/secret.key")
        #expect(bridge.curve.map { "\($0.bridgeKey)" } == key)
    }

    @Test(
        "Keys that are none are shown where they stand",
        arguments: [
            ("", "16:13: error: endpoint: tcp://192.168.1.2:5570 is refused: \(Loopback.advice)"),
            (
                "  curve: {secret_key: k, bridge_key: 'short'}",
                "17:38: error: bridge_key: this is no public key; \(PublicKey.form), in single quotes"
            ),
            ("  curve: {secret_key: k}", "17:3: error: missing key \"bridge_key\" in bridge.curve"),
            ("  curve: k", "17:10: error: bridge.curve: expected a block of keys, found \"k\""),
            (
                "  curve: {secretkey: k, bridge_key: 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'}",
                "17:11: error: unknown key \"secretkey\"; did you mean \"secret_key\"?"
            ),
        ])
    func badKeys(lines: String, message: String) throws {
        let complaint = try remoteBridge(lines).complaint("widowx-cup")
        let place = "launch/widowx-cup.yaml:"
        #expect(complaint.contains(place + message + "\n"), "\(complaint)")
        let heads = complaint.split(separator: "\n").filter { $0.contains(": error: ") }
        #expect(heads.count == 1, "\(complaint)")
        #expect(complaint.hasSuffix("^"))
    }

    @Test("Keys without an address to use them at are a mistake")
    func keysOfNothing() throws {
        let scratch = try ScratchProject()
        let complaint = scratch.complaint(
            "demo",
            [
                "bridge.curve.secret_key=k",
                "bridge.curve.bridge_key='rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'",
            ])
        #expect(complaint.contains("curve needs an endpoint"), "\(complaint)")
    }

    @Test("Configuration errors end the process by sysexits")
    func exitCode() { #expect(ConfigurationErrors.exitCode == 78) }

    @Test("A project is found from any folder inside it")
    func find() {
        #expect(Project.find(from: "\(project.root)/Sources/Configuration") == project)
        #expect(Project.find(from: project.root) == project)
        #expect(Project.find(from: "/") == nil)
    }
}
