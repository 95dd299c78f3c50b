import Foundation

@testable import TestSupport

/// One change of one value in a robot's YAML, and what must come of it when something recorded before is used after.
struct RobotFileChange: CustomStringConvertible {
    /// What a use of older data or weights must do.
    enum Answer: Equatable {
        /// Go on: nothing that was recorded means anything else.
        case harmless
        /// Refuse with a line that holds this word.
        case refused(String)
    }

    /// The file afterwards.
    var text: String
    /// What must be said of it.
    var answer: Answer
    /// Key, value before and after.
    var description: String

    /// A key with a value in one line.
    private struct Site {
        /// Top-level block, or the key itself.
        var block: String
        /// Name of the axis, feature or joint that it is about; empty for none.
        var owner: String
        var key: String
        var value: String
        var range: Range<String.Index>
    }

    /// Changes something of a file, whatever the numbers say.
    ///
    /// - Parameter observed: names that the policy sees.
    init?(of text: String, observed: [String], _ numbers: inout UniformNumbers) {
        let sites = Self.sites(of: text)
        let site = sites[Int(numbers.next() * Double(sites.count))]
        guard site.key != "observation" else {
            let names = site.value.split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespacesAndNewlines)
            }
            let first = Int(numbers.next() * Double(names.count))
            let second = Int(numbers.next() * Double(names.count))
            guard first != second else { return nil }
            var others = names
            others.swapAt(first, second)
            self.text = text.replacingCharacters(
                in: site.range, with: others.joined(separator: ", "))
            answer = .refused("observation \(first) is \(names[first])")
            description = "observation: \(names[first]) and \(names[second]) exchanged"
            return
        }
        guard let value = Self.other(site, &numbers) else { return nil }
        guard let answer = Self.answer(to: site, becoming: value, observed: observed) else {
            return nil
        }
        self.text = text.replacingCharacters(in: site.range, with: value)
        self.answer = answer
        description = "\(site.block) \(site.owner) \(site.key): \(site.value) becomes \(value)"
    }

    // MARK: What each key must do

    /// Keys of a file of which it is not listed what a change of them must do.
    static func unlisted(in text: String) -> [String] {
        sites(of: text).filter {
            $0.key != "observation" && answer(to: $0, becoming: "0", observed: []) == nil
        }.map { "\($0.block) \($0.key)" }
    }

    /// Nil for a key that is listed nowhere.
    private static func answer(
        to site: Site, becoming value: String, observed: [String]
    ) -> Answer? {
        let (before, after) = (Double(site.value) ?? 0, Double(value) ?? 0)
        func limit(_ word: String, isTighter: Bool) -> Answer {
            isTighter ? .harmless : .refused(word)
        }
        switch (site.block, stem(site.key)) {
        case ("control_space", _): return .refused("control space")
        case ("command_rate_hz", _): return .refused("command rate")
        case ("policy_rate_hz", _): return .refused("policy rate")
        case ("scaling", _): return .refused("scaling")
        case ("summary", _), ("timing", _), ("degraded", _), ("joints", _): return .harmless
        case ("features", "name"): return .harmless  // observed ones no longer read
        case ("features", "unit"):
            return observed.contains(site.owner) ? .refused(site.owner) : .harmless
        case ("axes", "name"), ("axes", "unit"), ("axes", "kind"), ("axes", "action_low"),
            ("axes", "action_high"):
            return .refused("is \(site.owner), ")
        case ("axes", "home"): return .refused("axis \(site.owner): home")
        case ("axes", "tracking_error"), ("axes", "measured_velocity"): return .harmless
        case ("axes", "lower"):
            return limit("axis \(site.owner): lower", isTighter: after >= before)
        case ("axes", "upper"), ("axes", "velocity"), ("axes", "acceleration"), ("axes", "jerk"):
            return limit("axis \(site.owner): \(stem(site.key))", isTighter: after <= before)
        case ("axes", "dwell_ms"): return limit("gripper dwell", isTighter: after >= before)
        case ("tool", "speed"), ("tool", "tilt"), ("tool", "offset"), ("step", _),
            ("force", "contact"), ("force", "stop"), ("force", "absolute"):
            return limit(stem(site.key), isTighter: after <= before)
        case ("force", "filter_hz"): return .refused("force")
        default: return nil
        }
    }

    /// A key without the unit of its value.
    private static func stem(_ key: String) -> String {
        for suffix in [
            "_m_s2", "_rad_s2", "_per_s2", "_m_s3", "_rad_s3", "_per_s3", "_m_s", "_rad_s",
            "_per_s", "_rad", "_m", "_n",
        ]
        where key.hasSuffix(suffix) {
            return String(key.dropLast(suffix.count))
        }
        return key
    }

    private static func other(_ site: Site, _ numbers: inout UniformNumbers) -> String? {
        func pick(_ words: [String]) -> String? {
            let others = words.filter { $0 != site.value }
            return others[Int(numbers.next() * Double(others.count))]
        }
        switch site.key {
        case "summary": return site.value + " of another kind"
        case "name": return site.value + ".2"
        case "unit": return pick(["m", "rad", "1", "N"])
        case "kind": return pick(["delta", "absolute"])
        case "scaling": return pick(["path_preserving", "per_axis"])
        case "control_space":
            return pick(["end_effector_pose", "joint_position", "environment_action"])
        default:
            guard let value = Double(site.value) else { return nil }
            let factors = [0.5, 0.8, 0.95, 1.05, 1.25, 2]
            let factor = factors[Int(numbers.next() * Double(factors.count))]
            let changed = value == 0 ? 0.01 * factor : value * factor
            return changed == changed.rounded() ? String(Int(changed)) : String(changed)
        }
    }

    // MARK: Reading

    /// Every key with a value of its own, and the list of what is observed.
    private static func sites(of text: String) -> [Site] {
        var sites: [Site] = []
        var (block, owner) = ("", "")
        var rest = text.startIndex
        while rest < text.endIndex {
            let end = text[rest...].firstIndex(of: "\n") ?? text.endIndex
            let code = text[rest..<end].prefix { $0 != "#" }
            defer { rest = end < text.endIndex ? text.index(after: end) : text.endIndex }
            if code.hasPrefix("observation:"), let open = code.firstIndex(of: "["),
                let close = text[open...].firstIndex(of: "]")
            {
                let range = text.index(after: open)..<close
                sites.append(
                    Site(
                        block: "observation", owner: "", key: "observation",
                        value: String(text[range]), range: range))
                continue
            }
            for match in code.matches(of: #/([a-z_0-9]+): ([^\s,{}\[\]#][^,{}\[\]#\n]*)/#) {
                let value = match.2.trimmingCharacters(in: .whitespaces)
                let key = String(match.1)
                if code.first?.isLetter == true { (block, owner) = (key, "") }
                if key == "name" { owner = value }
                let start = match.2.startIndex
                sites.append(
                    Site(
                        block: block, owner: owner, key: key, value: value,
                        range: start..<text.index(start, offsetBy: value.count)))
            }
            if code.first?.isLetter == true, let colon = code.firstIndex(of: ":") {
                (block, owner) = (String(code[..<colon]), "")
            }
        }
        return sites.filter { $0.key != "schema" && $0.key != "features" }
    }
}
