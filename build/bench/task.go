package bench

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"segfault/core"
	"segfault/core/attack"
)

// The tasks; "N steps" with N from 2 to 1000 is one as well.
const (
	Forward  = "forward"
	Gradient = "gradient" // forward and input gradient
	FGSM     = "FGSM"     // a complete attack: gradient, step, prediction
	Iterate  = "10 steps" // ten gradients and steps, prediction
)

// Tasks lists those that are measured unless others are asked for, in their order.
var Tasks = []string{Forward, Gradient, FGSM, Iterate}

// Known is whether there is such a task.
func Known(task string) bool { return task == Forward || task == Gradient || StepsOf(task) > 0 }

const mostSteps = 1000 // of an attack that is measured

// StepsOf is how many steps a task's attack takes; 0 where it is no attack.
func StepsOf(task string) int {
	if task == FGSM {
		return 1
	}
	number, unit, _ := strings.Cut(task, " ")
	steps, err := strconv.Atoi(number)
	if err != nil || unit != "steps" || steps < 2 || steps > mostSteps {
		return 0
	}
	return steps
}

// Attack is what a task does.
func Attack(task string) attack.Method {
	a := attack.FGSM()
	a.Loss = core.BCE
	if steps := StepsOf(task); steps > 1 {
		a.Steps, a.Step = steps, a.Epsilon/5
	}
	return a
}

// warmUp is the least that makes everything ready for a task: an iteration runs
// the same programs however long it is.
func warmUp(task string) string {
	if StepsOf(task) > 2 {
		return "2 steps"
	}
	return task
}

// tasksOf are the tasks that results tell of, the shortest first.
func tasksOf(results []Result) (tasks []string) {
	for _, r := range results {
		for task := range r.Times {
			tasks = append(tasks, task)
		}
		for task := range r.LeftOut {
			tasks = append(tasks, task)
		}
	}
	rank := func(task string) int {
		if steps := StepsOf(task); steps > 0 {
			return steps
		}
		return slices.Index(Tasks, task) - len(Tasks)
	}
	slices.SortFunc(tasks, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	return slices.Compact(tasks)
}
