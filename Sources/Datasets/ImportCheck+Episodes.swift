import Configuration
import Embodiment
import Experience
import Recipe
import Report

extension ImportCheck {
    /// Which step succeeded: by the rule that was asked for, or the one that the rewards follow.
    mutating func chooseRule() {
        if let rule {
            if rule.needsRewards, columns.rewards == nil {
                add(.error, "the file has no rewards for the rule that \(rule)")
            }
            if rule == .terminal, columns.terminals == nil {
                add(.error, "the file has no terminals for the rule that \(rule)")
            }
            if rule == .asIs, let rewards = columns.rewards,
                let odd = rewards.firstIndex(where: { $0 != 0 && $0 != -1 })
            {
                add(
                    .error,
                    "reward \(rewards[odd]) in \(place(odd)) is neither −1 nor 0: another --reward "
                        + "says which steps succeeded")
            }
            return
        }
        guard let rewards = columns.rewards else {
            if let said = columns.facts.succeeded, said.allSatisfy({ $0 != nil }) {
                rule = .demonstrations
                return
            }
            return add(
                .error,
                "the file has no rewards: --reward demonstrations if every episode succeeds at its "
                    + "last step, --reward terminal if a terminal step is success")
        }
        rule = RewardRule(fitting: rewards)
        if rule == nil {
            add(
                .error,
                "rewards from \(rewards.min() ?? 0) to \(rewards.max() ?? 0) are neither −1 and 0 "
                    + "nor 0 and 1: name with --reward the least that means success")
        }
    }

    /// Puts the episodes together: reward −1 until the step that succeeded, which is the last and terminal.
    mutating func assemble() {
        guard let rule else { return }
        var start = 0
        for (index, length) in columns.lengths.enumerated() {
            assemble(index, start..<start + length, rule)
            start += length
        }
        let numbers = Set(episodes.map(\.number))
        if numbers.count < episodes.count {
            for index in episodes.indices { renumber(index) }
        }
        tellLosses(rule)
        if tally.nextDoesNotMatter > 0 {
            add(
                .note,
                "\(tally.nextDoesNotMatter) terminal steps without a next observation keep their "
                    + "own: nothing is expected after them")
        }
        let limit = launch.task.maxSteps(of: launch.robot)
        let long = episodes.count { $0.transitions.count > limit }
        if long > 0 {
            add(
                .warning,
                "\(long) episodes are longer than the task's \(limit) steps "
                    + "(max_episode_s \(launch.task.maxEpisodeSeconds))")
        }
    }

    /// What was left out on the way, and where the rule and the file do not agree.
    private mutating func tellLosses(_ rule: RewardRule) {
        account.leaveOut("after the step that succeeded", steps: tally.afterSuccess)
        account.leaveOut(
            "last steps of episodes that continue: the file does not say what was seen after them",
            steps: tally.withoutNext)
        account.leaveOut(
            "no step of them is usable", episodes: tally.unusable)
        tellEnds()
        if tally.successAtOnce > 0 {
            add(
                .warning,
                "\(tally.successAtOnce) of \(columns.lengths.count) episodes succeed in their first step and have "
                    + "this one alone, as \(rule): is that what the rewards mean? Another --reward says which "
                    + "steps succeeded")
        }
        if tally.contradicted > 0 {
            add(
                rule == .demonstrations ? .note : .warning,
                "\(tally.contradicted) episodes are no success, as the file says of them, though "
                    + "\(rule)")
        }
        if tally.unfounded > 0 {
            add(
                .warning,
                "\(tally.unfounded) episodes succeeded, as the file says, and have no step that did: "
                    + "\(rule)")
        }
    }

    /// The share of the steps that may come after the one that succeeded: more are no robot that is still moving.
    private static let mostAfterSuccess = 0.1
    /// Failures of one length that are more than chance.
    private static let fewestAlike = 3

    /// Ends that are where nobody would expect them.
    private mutating func tellEnds() {
        if Double(tally.afterSuccess) > Self.mostAfterSuccess * Double(columns.steps) {
            add(
                .warning,
                "\(tally.afterSuccess) of \(columns.steps) steps come after the step that succeeded and are left out: do "
                    + "episodes end where the file says, are their lengths in the right order, and do the rewards mean "
                    + "what --reward says?")
        }
        let failures = episodes.filter {
            $0.outcome == .failure && $0.transitions.last?.isTerminal == true
        }
        let lengths = Set(failures.map(\.transitions.count))
        if failures.count >= Self.fewestAlike, lengths.count == 1, let length = lengths.first,
            episodes.allSatisfy({ $0.transitions.count <= length })
        {
            add(
                .warning,
                "\(failures.count) episodes end in a terminal failure, all after \(length) steps, and none is longer: are "
                    + "these time-outs? As terminal failures nothing is expected after them (mask 0); mark them in the file as "
                    + "cut off by time (timeouts, truncations or next.truncated) if only the time was over"
            )
        }
    }

    private mutating func renumber(_ index: Int) {
        episodes[index].number = UInt32(index)
        for step in episodes[index].transitions.indices {
            episodes[index].transitions[step].episode = UInt32(index)
        }
    }

    private mutating func assemble(_ index: Int, _ rows: Range<Int>, _ rule: RewardRule) {
        let facts = columns.facts.episodes?[index]
        let purpose = purpose(of: facts)
        var episode = Episode(
            number: facts?.number ?? UInt32(index),
            seed: facts.flatMap { UInt64($0.seed) } ?? UInt64(index), purpose: purpose,
            outcome: .failure, transitions: [])
        let said = columns.facts.succeeded?[index]
        var isContradicted = false
        for row in rows {
            let isLast = row == rows.upperBound - 1
            let isMarked = columns.terminals?[row] ?? false
            var isSuccess = rule.isSuccess(
                reward: columns.rewards?[row], isTerminal: isMarked,
                isLast: isLast && !(columns.facts.stopped?[index] ?? false))
            if isSuccess, said == false {
                isSuccess = false
                isContradicted = true
            }
            if isMarked, !isSuccess, !isLast {
                return add(
                    .error,
                    "\(place(row)) is terminal and not a success, and the episode continues")
            }
            let isTerminal = isSuccess || isMarked
            if !(columns.hasNext?[row] ?? true) {
                guard isLast else {
                    return add(.error, "\(place(row)) has no next observation")
                }
                if isTerminal {
                    tally.nextDoesNotMatter += 1
                } else {
                    tally.withoutNext += 1
                    break
                }
            }
            episode.transitions.append(
                transition(
                    row, of: episode, purpose: purpose, reward: isSuccess ? 0 : -1,
                    isTerminal: isTerminal))
            if isSuccess {
                episode.outcome = .success
                tally.afterSuccess += rows.upperBound - 1 - row
                if row == rows.lowerBound, !isLast { tally.successAtOnce += 1 }
                break
            }
        }
        if isContradicted { tally.contradicted += 1 }
        if said == true, episode.outcome != .success { tally.unfounded += 1 }
        if facts?.outcome == EpisodeOutcome.aborted.name { episode.outcome = .aborted }
        guard let last = episode.transitions.last else {
            tally.unusable += 1
            return add(.warning, "episode \(index) has no usable step and is left out")
        }
        if episode.outcome == .failure {
            if last.isTerminal { tally.terminalFailures += 1 } else { tally.timeouts += 1 }
        }
        episodes.append(episode)
    }

    private func purpose(of facts: ImportedColumns.EpisodeFacts?) -> EpisodePurpose {
        let word = rules.purpose ?? facts?.purpose
        return EpisodePurpose.allCases.first { $0.name == word } ?? .demonstration
    }

    private func transition(
        _ row: Int, of episode: Episode, purpose: EpisodePurpose, reward: Float, isTerminal: Bool
    ) -> Transition {
        var action = Action(count: launch.robot.axes.count)
        for axis in 0..<action.count { action[axis] = min(1, max(-1, self.action(row, axis))) }
        let isOperator = columns.operators?[row] ?? (purpose == .demonstration)
        return Transition(
            episode: episode.number, step: UInt32(episode.transitions.count),
            source: isOperator ? .operatorAction : .policy,
            policyVersion: columns.versions?[row] ?? 0,
            observation: features(columns.observations, row), proposed: action, executed: action,
            reward: reward, isTerminal: isTerminal,
            nextObservation: features(columns.nextObservations, row))
    }

    private func features(_ table: ImportedColumns.Table, _ row: Int) -> Observation {
        Observation(observed.map { table[row, $0] })
    }

    /// Offers every episode to a store like the learner's: what that refuses is told here, not while training.
    mutating func checkAdmission() {
        guard isPossible else { return }
        if episodes.isEmpty { return add(.error, "there is no episode with a usable step") }
        let critic = launch.algorithm.critic
        let store = ReplayStore(
            observationCount: launch.robot.observation.count,
            actionCount: launch.robot.axes.count,
            capacity: max(1, episodes.reduce(0) { $0 + $1.transitions.count }),
            discount: Float(critic.discount),
            failedToFloor: launch.algorithm.schedule.failedToFloor,
            absorbsFailures: launch.algorithm.schedule.absorbsFailures)
        for episode in episodes {
            switch store.admit(episode) {
            case .admitted, .aborted, .evaluation: break
            case let refusal:
                add(.error, "episode \(episode.number) would not be trained on: \(refusal)")
            }
        }
        let rows = launch.algorithm.schedule.storeRows
        if store.count > rows {
            add(
                .warning,
                "\(store.count) steps are more than the \(rows) that the learner keeps: "
                    + "the first ones are dropped")
        }
        let returns = (0..<store.count).map { store.monteCarloReturn(ofRow: $0) }
        if let least = returns.min(), let most = returns.max() {
            tally.returns = least...most
        } else {
            add(.warning, "nothing of this is trained on: it is aborted or for evaluation only")
        }
        if store.successes == 0 {
            add(.warning, "no episode succeeds: there is nothing to imitate")
        }
    }
}
