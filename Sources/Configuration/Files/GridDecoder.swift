import Foundation

/// Turns a grid's file into its value; mistakes go to `diagnostics`, those of an arm's settings where they stand.
struct GridDecoder {
    let project: Project
    let diagnostics: Diagnostics

    /// A setting and where it is written.
    private typealias Setting = (text: String, mark: Mark)

    /// Nil, and reported, where anything is wrong.
    func decode(_ file: Block, _ found: Reading.Found) -> Grid? {
        _ = file.choice("schema", [Grid.schema], "what kind of file it is, in which version")
        let summary = file.text("summary", "what is compared, one line")
        let launch = file.text("launch", "a name in launch/, or a path")
        let common =
            file.texts(
                "settings", count: 0...200, "key=value of every arm, as `--set` takes it",
                isRequired: false) ?? []
        let seeds = decodeSeeds(file)
        let results = file.text(
            "results", "folder of the results, relative to the project", isRequired: false)
        let arms = file.block(
            "arms",
            "name and key=value settings of each; the first is what the others are compared with",
            isRequired: true)
        let named = arms.map(decodeArms) ?? []
        file.reportKeys()
        refuseSeeds(common + named.flatMap(\.settings))
        guard diagnostics.isEmpty, let summary, let launch,
            let base = read(launch, common, at: file.mark(of: "launch"))
        else { return nil }
        let read = named.compactMap { arm in
            table(launch, common, arm).map {
                Grid.Arm(
                    name: arm.name, settings: (common + arm.settings).map(\.text), table: $0)
            }
        }
        refuseTwins(read, named.map(\.mark))
        guard diagnostics.isEmpty else { return nil }
        let folder = "\((found.path as NSString).deletingLastPathComponent)/\(found.name)"
        return Grid(
            name: found.name, summary: summary, launch: launch,
            isEmbedded: base.simulation != nil, arms: read, seeds: seeds,
            results: results ?? project.shown(folder))
    }

    // MARK: Parts

    private func decodeSeeds(_ file: Block) -> [UInt64] {
        let texts =
            file.texts("seeds", count: 1...1000, "seed of a session of each arm", isRequired: true)
            ?? []
        var seeds: [UInt64] = []
        for (text, mark) in texts {
            guard let seed = UInt64(text) else {
                diagnostics.add(
                    .wrongType(key: "seeds", expected: "whole numbers", found: "\"\(text)\""),
                    at: mark)
                continue
            }
            if seeds.contains(seed) {
                diagnostics.add(.inconsistent("seed \(seed) is here twice"), at: mark)
            }
            seeds.append(seed)
        }
        return seeds
    }

    private func decodeArms(
        _ block: Block
    ) -> [(name: String, mark: Mark, settings: [Setting])] {
        if block.isBlock, block.keys.isEmpty {
            block.report("arms: there is none", at: "")
        }
        return block.keys.map { name, mark in
            if !Block.isName(name) {
                diagnostics.add(
                    .inconsistent(
                        "arms: \"\(name)\" is no name: letters, digits, _, - and ., 64 at most"),
                    at: mark)
            }
            let settings = block.texts(
                name, count: 0...200, "key=value settings of an arm", isRequired: true)
            return (name, mark, settings ?? [])
        }
    }

    /// A seed that a setting names would be every session's.
    private func refuseSeeds(_ settings: [Setting]) {
        for (text, mark) in settings where text.hasPrefix("seed=") {
            diagnostics.add(
                .inconsistent("seed: seeds stand under seeds, not in settings"), at: mark)
        }
    }

    private func refuseTwins(_ arms: [Grid.Arm], _ marks: [Mark]) {
        guard arms.count == marks.count else { return }
        for index in arms.indices {
            guard
                let twin = arms[..<index].first(where: { $0.table.hash == arms[index].table.hash })
            else { continue }
            diagnostics.add(
                .inconsistent("arm \(arms[index].name) comes to the same settings as \(twin.name)"),
                at: marks[index])
        }
    }

    // MARK: Settings

    /// The launch as every arm begins from it; its mistakes once, not for each arm.
    private func read(_ launch: String, _ common: [Setting], at mark: Mark) -> Launch? {
        do throws(ConfigurationErrors) {
            return try LaunchFile.read(launch, in: project, overrides: common.map(\.text))
        } catch {
            report(error, of: common, at: mark)
            return nil
        }
    }

    private func table(
        _ launch: String, _ common: [Setting],
        _ arm: (name: String, mark: Mark, settings: [Setting])
    ) -> SettingTable? {
        let settings = common + arm.settings
        do throws(ConfigurationErrors) {
            let table = try SettingTable(
                reading: launch, in: project, overrides: settings.map(\.text))
            if table.values["schedule"] != ScheduleKind.lockstep.rawValue {
                diagnostics.add(
                    .inconsistent(
                        "arm \(arm.name) is in real time: a grid is of sessions in lockstep, which depend on their "
                            + "seeds alone"), at: arm.mark)
            }
            return table
        } catch {
            report(error, of: settings, at: arm.mark)
            return nil
        }
    }

    /// Reports mistakes of a launch where the setting that makes them is written, else at `mark`.
    private func report(_ errors: ConfigurationErrors, of settings: [Setting], at mark: Mark) {
        for error in errors.errors {
            let setting = settings.last { error.path == "--set \($0.text)" }
            let place = setting == nil && error.line > 0 ? "\(error.path):\(error.line): " : ""
            diagnostics.add(.inconsistent(place + error.message), at: setting?.mark ?? mark)
        }
    }
}
