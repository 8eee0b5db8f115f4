package torch

import "strings"

// global is a class or a function, by its name.
type global struct{ module, name string }

func (g global) String() string { return g.module + "." + g.name }

// classes are what a pickle may call, and what comes of it. None of them runs
// anything of Python's.
var classes map[string]func(m *machine, args []any) any

func init() { // not a literal: some call others
	classes = map[string]func(m *machine, args []any) any{
		"collections.OrderedDict": newDict, "collections.defaultdict": func(*machine, []any) any { return &dict{} }, "builtins.dict": newDict,
		"builtins.list": newList, "builtins.set": newList, "builtins.frozenset": newList, "builtins.tuple": newList,
		"torch.Size": newList, "collections.Counter": newDict,
		"argparse.Namespace":                                newDict,
		"types.SimpleNamespace":                             newDict,
		"pytorch_lightning.utilities.parsing.AttributeDict": newDict,
		"lightning.pytorch.utilities.parsing.AttributeDict": newDict,
		"lightning.fabric.utilities.data.AttributeDict":     newDict,
		"lightning_fabric.utilities.data.AttributeDict":     newDict,

		"torch._utils._rebuild_tensor":                             rebuilt,
		"torch._utils._rebuild_tensor_v2":                          rebuilt,
		"torch._utils._rebuild_tensor_v3":                          rebuilt,
		"torch._utils._rebuild_parameter":                          first,
		"torch._utils._rebuild_parameter_with_state":               first,
		"torch._tensor._rebuild_from_type_v2":                      fromType,
		"torch.nn.parameter.Parameter":                             first,
		"torch.nn.parameter.Buffer":                                first,
		"torch.serialization._get_layout":                          ignored("layout"),
		"torch.device":                                             ignored("device"),
		"_codecs.encode":                                           ignored("bytes"),
		"copyreg._reconstructor":                                   reconstructed,
		"copy_reg._reconstructor":                                  reconstructed,
		"numpy.core.multiarray.scalar":                             ignored("numpy"),
		"numpy.core.multiarray._reconstruct":                       ignored("numpy"),
		"numpy._core.multiarray.scalar":                            ignored("numpy"),
		"numpy._core.multiarray._reconstruct":                      ignored("numpy"),
		"numpy._core.numeric._frombuffer":                          ignored("numpy"),
		"numpy.core.numeric._frombuffer":                           ignored("numpy"),
		"numpy.dtype":                                              ignored("numpy"),
		"numpy.ndarray":                                            ignored("numpy"),
		"numpy.random._pickle.__randomstate_ctor":                  ignored("numpy"),
		"numpy.random._pickle.__generator_ctor":                    ignored("numpy"),
		"numpy.random._pickle.__bit_generator_ctor":                ignored("numpy"),
		"builtins.complex":                                         ignored("complex"),
		"builtins.slice":                                           ignored("slice"),
		"builtins.range":                                           ignored("range"),
		"builtins.xrange":                                          ignored("range"),
		"collections.deque":                                        ignored("queue"),
		"functools.partial":                                        ignored("function"),
		"uuid.UUID":                                                ignored("name"),
		"builtins.bytearray":                                       ignored("bytes"),
		"builtins.bytes":                                           ignored("bytes"),
		"datetime.datetime":                                        ignored("time"),
		"datetime.timedelta":                                       ignored("time"),
		"datetime.date":                                            ignored("time"),
		"pathlib.Path":                                             ignored("path"),
		"pathlib.PosixPath":                                        ignored("path"),
		"pathlib.WindowsPath":                                      ignored("path"),
		"pathlib.PurePosixPath":                                    ignored("path"),
		"pathlib._local.PosixPath":                                 ignored("path"),
		"pathlib._local.WindowsPath":                               ignored("path"),
		"omegaconf.dictconfig.DictConfig":                          ignored("configuration"),
		"omegaconf.listconfig.ListConfig":                          ignored("configuration"),
		"omegaconf.base.ContainerMetadata":                         ignored("configuration"),
		"omegaconf.base.Metadata":                                  ignored("configuration"),
		"omegaconf.nodes.AnyNode":                                  ignored("configuration"),
		"pytorch_lightning.callbacks.early_stopping.EarlyStopping": ignored("callback"),
		"pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint": ignored("callback"),
		"lightning.pytorch.callbacks.early_stopping.EarlyStopping":     ignored("callback"),
		"lightning.pytorch.callbacks.model_checkpoint.ModelCheckpoint": ignored("callback"),
	}
}

func ignored(class string) func(*machine, []any) any {
	return func(*machine, []any) any { return opaque{class} }
}

// copied is a copy of items, of which a file may want no more than it could hold.
func (m *machine) copied(items []any) []any {
	if m.copies += len(items); m.copies > 1<<16+len(m.code) {
		m.damaged()
	}
	return append([]any(nil), items...)
}

// newList is a list of another one's items.
func newList(m *machine, args []any) any {
	if len(args) > 0 {
		switch v := args[0].(type) {
		case *list:
			return &list{m.copied(v.items)}
		case tuple:
			return &list{m.copied(v)}
		}
	}
	return &list{}
}

// newDict is a dict of pairs.
func newDict(m *machine, args []any) any {
	d := &dict{}
	if len(args) == 0 {
		return d
	}
	var pairs []any
	switch v := args[0].(type) {
	case *dict:
		d.keys, d.values = m.copied(v.keys), m.copied(v.values)
	case *list:
		pairs = m.copied(v.items)
	case tuple:
		pairs = m.copied(v)
	}
	for _, p := range pairs {
		switch p := p.(type) {
		case tuple:
			if len(p) == 2 {
				d.set(p)
			}
		case *list:
			if len(p.items) == 2 {
				d.set(p.items)
			}
		}
	}
	return d
}

func first(m *machine, args []any) any {
	if len(args) == 0 {
		return opaque{"tensor"}
	}
	return args[0]
}

// fromType is a tensor of a class of its own: function, class, arguments, state.
func fromType(m *machine, args []any) any {
	if len(args) >= 3 {
		if f, ok := args[0].(global); ok {
			if inner, ok := args[2].(tuple); ok {
				return m.call(f, inner)
			}
		}
	}
	return opaque{"tensor"}
}

// reconstructed is an object of a class, by Python 2's protocols.
func reconstructed(m *machine, args []any) any {
	if len(args) > 0 {
		if class, ok := args[0].(global); ok {
			return m.call(class, nil)
		}
	}
	return opaque{"object"}
}

// call is what comes of calling something with arguments.
func (m *machine) call(f global, args []any) any {
	name := strings.Replace(f.String(), "__builtin__.", "builtins.", 1)
	if make := classes[name]; make != nil {
		return make(m, args)
	}
	if strings.HasPrefix(name, "torch._utils._rebuild") {
		fail("the file has a tensor that PyTorch makes with %s: quantised, sparse and other special tensors are not supported; save plain ones", f)
	}
	fail("opening the file would run %s, which is refused; save the weights alone: torch.save(model.state_dict(), FILE)", f)
	return nil
}

// object executes an instruction about classes, functions and their objects.
func (m *machine) object(op byte) {
	switch op {
	case 'c':
		module := m.line()
		m.push(global{module, m.line()})
	case 0x93:
		names := m.popped(2)
		module, ok := names[0].(string)
		name, also := names[1].(string)
		if !ok || !also {
			m.damaged()
		}
		m.push(global{module, name})
	case 'R', 0x81: // call a function; make an object
		parts := m.popped(2)
		m.push(m.called(parts[0], parts[1]))
	case 0x92:
		parts := m.popped(3)
		m.push(m.called(parts[0], parts[1]))
	case 'o':
		parts := m.marked()
		if len(parts) == 0 {
			m.damaged()
		}
		m.push(m.called(parts[0], tuple(parts[1:])))
	case 'i':
		module := m.line()
		f := global{module, m.line()}
		m.push(m.called(f, tuple(m.marked())))
	case 'b':
		m.build(m.pop())
	case 'Q':
		id, ok := m.pop().(tuple)
		if !ok {
			m.damaged()
		}
		v, err := m.storage(id)
		if err != nil {
			panic(problem{err})
		}
		m.push(v)
	default:
		fail("the pickle in it has an instruction %#x that PyTorch does not write: the file is damaged", op)
	}
}

func (m *machine) called(f, args any) any {
	g, ok := f.(global)
	a, also := args.(tuple)
	if !ok || !also {
		m.damaged()
	}
	return m.call(g, a)
}

// build gives an object its state: of a dict, attributes.
func (m *machine) build(state any) {
	if pair, ok := state.(tuple); ok && len(pair) == 2 && pair[0] == nil {
		state = pair[1]
	}
	d, ok := m.top().(*dict)
	s, also := state.(*dict)
	if ok && also && s.get("_metadata") == nil && d != s { // a state dict's version numbers
		d.keys, d.values = append(d.keys, m.copied(s.keys)...), append(d.values, m.copied(s.values)...)
	}
}
