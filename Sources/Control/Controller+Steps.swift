import Embodiment
import Platform

/// The steps of a course: what is asked of a policy, and what becomes of its answers.
///
/// The owner calls, each tick, `closeStep`, then `beginStep`, then `tick`, then `question`; in lockstep the
/// question comes before the step and its end behind the last sample, with the same functions.
extension Controller {
    /// Holds, and begins each step of a course as soon as there is an action for it.
    public func follow(_ course: Course) {
        hold()
        ticksLeft = 0
        steps.begin(course)
    }

    /// No further step begins; the robot stays where the last one has brought it.
    public func endCourse() { steps.end() }

    /// Whether the robot stands at the end of a step, or of none, and waits for an action.
    public var isAwaitingDecision: Bool {
        guard steps.isAtBoundary, ticksLeft == 0, let course = steps.course else { return false }
        return course.asksPolicy && !steps.queue.holds(steps.next)
    }

    /// What a policy should decide now; nil where there is nothing to decide yet.
    ///
    /// - Parameter lead: ticks before the end of a step from which on the next one is asked for.
    public func question(within lead: Int) -> DecisionQuestion? {
        guard let course = steps.course, course.asksPolicy, mayStep, let sample else { return nil }
        var step = steps.next
        if let open = steps.open {
            // Its answer would never be carried out.
            guard !open.isLast, ticksLeft <= lead else { return nil }
            step += 1
        }
        guard step < course.steps, steps.queue.wants(step, executed: course.executedSteps) else {
            return nil
        }
        return DecisionQuestion(
            course: steps.number, step: step, driver: course.driver,
            exploration: course.exploration,
            number: course.firstDecision + UInt64(step), sample: sample, observed: sampleTime,
            tick: tickNumber == 0 ? 0 : tickNumber - 1)
    }

    /// Plans what a policy has answered.
    ///
    /// A number that is not finite stops the robot; nothing of such an answer is carried out.
    public func offer(_ chunk: @_addressable PlannedChunk) {
        guard let course = steps.course, chunk.course == steps.number else {
            return steps.noteDropped()
        }
        switch steps.queue.offer(
            chunk, before: steps.next, axes: robot.axes.count, executed: course.executedSteps)
        {
        case .taken: break
        case .full, .outOfDate: steps.noteDropped()
        case .notFinite: guardian.latch(.actionNotFinite)
        }
    }

    /// The outcome of a step whose last tick is over: nil while it goes on, or there is none.
    public func closeStep() -> StepOutcome? {
        guard ticksLeft == 0, var outcome = steps.open, let sample else { return nil }
        outcome.executed = executedAction()
        outcome.sample = sample
        outcome.clampShare = guardian.clampShare
        outcome.lag = takeTrackingWarning()
        outcome.forceBias = force.takeBias()
        steps.close(outcome)
        return outcome
    }

    /// Begins the next step of the course, if the one before it has ended and there is an action for it.
    ///
    /// - Returns: false where nothing began.
    @discardableResult
    public func beginStep(at now: MonotonicTime) -> Bool {
        guard steps.isAtBoundary, ticksLeft == 0, mayStep, let course = steps.course, let sample
        else { return false }
        let step = steps.next
        let waited = UInt32(clamping: step == 0 ? 0 : ticksOver)
        guard course.asksPolicy else {
            let origin = MotionOrigin(driver: course.driver)
            let action = operatorAction(in: sample)
            begin(step: action, from: origin)
            steps.open = StepOutcome(
                step: step, source: .operatorAction, origin: origin, proposed: action,
                sample: sample, isSilent: !sample.hasOperatorAction,
                begunNanoseconds: now.nanoseconds, waitedTicks: waited)
            return true
        }
        steps.queue.expire(at: tickNumber, tickSeconds: robot.tickSeconds)
        guard let planned = steps.queue.take(step, at: tickNumber) else { return false }
        var record = planned.record
        record.asked?.delayTicks = UInt32(clamping: tickNumber - planned.askedTick)
        let origin = MotionOrigin(
            driver: course.driver, policyVersion: planned.version, decision: record.number)
        begin(step: planned.action, from: origin)
        steps.open = StepOutcome(
            step: step, source: planned.source, origin: origin, proposed: planned.action,
            sample: sample, decision: planned.isFirst ? record : nil,
            begunNanoseconds: now.nanoseconds, waitedTicks: waited)
        return true
    }

    /// A stopped robot, and one that waits for a person, begins nothing.
    private var mayStep: Bool {
        switch guardian.machine.state {
        case .active: true
        case .hold: !guardian.machine.awaitsStart
        default: false
        }
    }

    /// What the operator behind the bridge does now; where none does, what changes nothing.
    private func operatorAction(in sample: @_addressable SensorSample) -> Action {
        if sample.hasOperatorAction { return sample.operatorAction }
        var action = Action(count: robot.axes.count)
        for index in 0..<action.count {
            let axis = robot.axes[index]
            action[index] = ActionMapping.normalised(
                axis.kind == .absolute ? sample.position[index] : 0, axis: axis)
        }
        return action
    }
}
