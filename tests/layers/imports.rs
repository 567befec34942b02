//! The imports between the source files of `src/`, as the compiler resolves them: `crate::`, `super::`,
//! `self::`, child modules, and names that a module hands on with `pub use`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use syn::{Item, UseTree, Visibility, visit::Visit};

/// A module's path below the crate's root: `["store", "index"]`; the root's own is empty.
pub type Module = Vec<String>;

/// One source file.
pub struct Source {
    pub path: PathBuf,
    pub module: Module,
    pub text: String,
}

/// Every source file of the library, but for the crate's root and `main.rs`.
pub fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found
        .into_iter()
        .filter_map(|path| {
            let below = path.strip_prefix(&root).expect("a path below src");
            let module: Module = below
                .with_extension("")
                .iter()
                .map(|part| part.to_string_lossy().into_owned())
                .collect();
            let text = fs::read_to_string(&path).expect("a readable source");
            (module != ["lib"] && module != ["main"]).then_some(Source { path, module, text })
        })
        .collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources").flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Which module each module imports from, tests left out.
pub fn graph(sources: &[Source]) -> BTreeMap<Module, BTreeSet<Module>> {
    let read: BTreeMap<&Module, Reader> = sources
        .iter()
        .filter(|source| !source.module.iter().any(|part| part == "tests"))
        .map(|source| (&source.module, Reader::of(source)))
        .collect();
    read.iter()
        .map(|(module, reader)| {
            let used = reader.paths.iter();
            let mut targets: BTreeSet<Module> =
                used.filter_map(|path| defined_in(&read, path)).collect();
            targets.remove(*module);
            ((*module).clone(), targets)
        })
        .collect()
}

/// The module that defines what an absolute path names.
fn defined_in(read: &BTreeMap<&Module, Reader>, path: &[String]) -> Option<Module> {
    let length = (1..=path.len())
        .rev()
        .find(|length| read.contains_key(&path[..*length].to_vec()))?;
    let module = path[..length].to_vec();
    let handed_on = path
        .get(length)
        .and_then(|name| read[&module].handed_on.get(name));
    match handed_on {
        Some(from) => defined_in(read, from),
        None => Some(module),
    }
}

/// Collects what one file names.
#[derive(Default)]
struct Reader {
    module: Module,
    children: BTreeSet<String>,
    /// Absolute paths that it uses.
    paths: BTreeSet<Vec<String>>,
    /// Names of others that it hands on (`pub use`), and where they are from.
    handed_on: BTreeMap<String, Vec<String>>,
}

impl Reader {
    fn of(source: &Source) -> Self {
        let file = syn::parse_file(&source.text).expect("a source that compiles");
        let mut reader = Self {
            module: source.module.clone(),
            ..Self::default()
        };
        for item in &file.items {
            if let Item::Mod(child) = item {
                reader.children.insert(child.ident.to_string());
            }
        }
        reader.visit_file(&file);
        reader
    }

    /// A path as written, seen from the crate's root; `None` when it leads out of the crate or to a name
    /// that a `use` brought in.
    fn absolute(&self, path: &[String]) -> Option<Vec<String>> {
        let ups = path.iter().take_while(|part| *part == "super").count();
        let (mut from, rest) = match path.first()?.as_str() {
            "crate" => (Vec::new(), &path[1..]),
            "self" => (self.module.clone(), &path[1..]),
            "super" => (
                self.module[..self.module.len().checked_sub(ups)?].to_vec(),
                &path[ups..],
            ),
            child if self.children.contains(child) => (self.module.clone(), path),
            _ => return None,
        };
        from.extend_from_slice(rest);
        Some(from)
    }

    fn take_use(&mut self, before: &mut Vec<String>, tree: &UseTree, public: bool) {
        match tree {
            UseTree::Path(step) => {
                before.push(step.ident.to_string());
                self.take_use(before, &step.tree, public);
                before.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.take_use(before, tree, public);
                }
            }
            UseTree::Name(name) => self.take_name(before, &name.ident, &name.ident, public),
            UseTree::Rename(name) => self.take_name(before, &name.ident, &name.rename, public),
            UseTree::Glob(_) => self.paths.extend(self.absolute(before)),
        }
    }

    fn take_name(&mut self, before: &[String], name: &syn::Ident, here: &syn::Ident, public: bool) {
        let mut path = before.to_vec();
        if name != "self" {
            path.push(name.to_string());
        }
        let Some(path) = self.absolute(&path) else {
            return;
        };
        if public {
            self.handed_on.insert(here.to_string(), path);
        } else {
            self.paths.insert(path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let public = !matches!(item.vis, Visibility::Inherited);
        self.take_use(&mut Vec::new(), &item.tree, public);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        if parts.len() > 1 {
            self.paths.extend(self.absolute(&parts));
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        // Tests may look anywhere, and `super` means something else in an inline module.
        if item.content.is_none() {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let written = call.tokens.to_string();
        for (at, _) in written.match_indices("crate ::") {
            let parts = written[at..].split("::").map(str::trim);
            let path: Vec<String> = parts
                .map_while(|part| {
                    let word: String = part
                        .chars()
                        .take_while(|c| c.is_alphanumeric() || *c == '_')
                        .collect();
                    (!word.is_empty()).then_some(word)
                })
                .collect();
            self.paths.extend(self.absolute(&path));
        }
    }
}

/// Groups of modules that import each other in a loop, each with the imports inside it.
pub fn circles(graph: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<Vec<String>> {
    let reach: BTreeMap<&Module, BTreeSet<&Module>> = graph
        .keys()
        .map(|from| (from, reached(graph, from)))
        .collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for module in graph.keys() {
        if !reach[module].contains(module) || !seen.insert(module) {
            continue;
        }
        let group: BTreeSet<&Module> = reach[module]
            .iter()
            .copied()
            .filter(|other| reach[*other].contains(module))
            .collect();
        seen.extend(&group);
        let inside = group.iter().flat_map(|from| {
            let to = graph[*from].iter().filter(|to| group.contains(to));
            to.map(|to| format!("{} -> {}", from.join("/"), to.join("/")))
        });
        found.push(inside.collect());
    }
    found
}

/// Every module that can be reached along imports.
fn reached<'a>(
    graph: &'a BTreeMap<Module, BTreeSet<Module>>,
    from: &Module,
) -> BTreeSet<&'a Module> {
    let mut found = BTreeSet::new();
    let mut next: Vec<&Module> = graph[from].iter().collect();
    while let Some(module) = next.pop() {
        if found.insert(module) {
            next.extend(graph.get(module).into_iter().flatten());
        }
    }
    found
}
