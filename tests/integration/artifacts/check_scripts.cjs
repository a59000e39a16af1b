// SPDX-License-Identifier: GPL-3.0-or-later
//
// Checks PowerShell scripts with a real grammar (tree-sitter-powershell):
//   - no error and no missing token in the syntax tree;
//   - every command is one of cmdlets.json, with parameters that it has, a value where one is due and none where not;
//   - commands shown in comments are held to the same;
//   - no expandable string: text of the user stands in single quotes, where nothing is expanded;
//   - whatever changes something stands behind $PSCmdlet.ShouldProcess, so that -WhatIf is honoured;
//   - what starts with a message in a comment ends there: `#` begins every line of the head.
//
//   node check_scripts.cjs --grammar FOLDER --cmdlets FILE --cli PROGRAM --writer PROGRAM --samples FOLDER SITE...
//
// makes the artifacts of each SITE with the command line program, and those of the tests' own samples with --writer, and
// checks every *.ps1 of them. The files of --samples must be refused, each for the reason that its second line names: a
// checker that finds nothing would find nothing there either. And every entry of cmdlets.json must be used.
'use strict';
const fs = require('fs');
const { createRequire } = require('module');
const os = require('os');
const path = require('path');
const { spawnSync } = require('child_process');

const CHANGING = /^(New|Set|Add|Remove|Enable|Disable|Install|Uninstall|Start|Stop|Rotate)-/;
// They change nothing outside the script.
const HARMLESS = new Set(['New-Object', 'Install-Module']);
const CHECKED = ['command', 'expandable_string_literal', 'expandable_here_string_literal', 'verbatim_here_string_characters'];

function options(argv) {
    const given = { sites: [] };
    for (let i = 0; i < argv.length; ++i) {
        if (argv[i].startsWith('--'))
            given[argv[i].slice(2)] = argv[++i];
        else
            given.sites.push(argv[i]);
    }
    for (const name of ['grammar', 'cmdlets', 'cli', 'writer', 'samples']) {
        if (!given[name])
            throw new Error(`--${name} is missing`);
    }
    return given;
}

async function loadParser(folder) {
    const modules = path.join(folder, 'node_modules');
    let library;
    try {
        library = createRequire(path.join(modules, 'x.js'))('web-tree-sitter');
    } catch (error) {
        throw new Error(`The PowerShell grammar is not in ${folder} (${error.code}). Run: installer/bootstrap.sh --tests`);
    }
    await library.Parser.init();
    const language =
        await library.Language.load(path.join(modules, 'tree-sitter-powershell', 'tree-sitter-powershell.wasm'));
    const parser = new library.Parser();
    parser.setLanguage(language);
    return parser;
}

function* walk(node) {
    yield node;
    for (const child of node.children)
        yield* walk(child);
}

/// The grammar ends a parameter's name at a digit (-IPv4Address); PowerShell does not. So the few parameters of the list
/// that have one are spelled out for it.
const spelledOut = (name) => name.replace(/[0-9]/g, (digit) => `Digit${'ABCDEFGHIJ'[Number(digit)]}`);

function spellOut(text, list) {
    for (const name of list.digits)
        text = text.replaceAll(`-${name} `, `-${spelledOut(name)} `);
    return text;
}

function readList(file) {
    const list = JSON.parse(fs.readFileSync(file, 'utf8'));
    const digits = new Set();
    for (const command of Object.values({ ...list.cmdlets, ...list.powershell })) {
        command.parameters.filter((name) => /[0-9]/.test(name)).forEach((name) => digits.add(name));
        command.parameters = command.parameters.map(spelledOut);
    }
    return { digits, commands: new Map(Object.entries({ ...list.cmdlets, ...list.powershell })), common: new Set(list.common) };
}

/// The parameters of a command: name, and whether a value follows.
function parametersOf(command) {
    const elements = command.children.find((child) => child.type === 'command_elements');
    const found = [];
    const parts = elements ? elements.children.filter((part) => part.type !== 'command_argument_sep'
                                                                || part.text.trim() === ':') : [];
    for (let i = 0; i < parts.length; ++i) {
        if (parts[i].type !== 'command_parameter')
            continue;
        const colon = i + 1 < parts.length && parts[i + 1].type === 'command_argument_sep';
        const next = parts[i + (colon ? 2 : 1)];
        found.push({ name: parts[i].text.replace(/^-/, '').replace(/:$/, ''), colon: colon || parts[i].text.endsWith(':'),
                     value: next !== undefined && next.type !== 'command_parameter' });
    }
    return found;
}

function checkCommand(command, list, used, report) {
    const name = command.children.find((child) => child.type === 'command_name')?.text;
    const known = list.commands.get(name);
    if (!known) {
        report(command, `${name ?? command.text} is not in the list of cmdlets`);
        return;
    }
    const seen = used.get(name) ?? new Set();
    used.set(name, seen);
    for (const parameter of parametersOf(command)) {
        if (!known.parameters.includes(parameter.name) && !list.common.has(parameter.name)) {
            report(command, `${name} has no parameter -${parameter.name}`);
            continue;
        }
        seen.add(parameter.name);
        const isSwitch = known.switches.includes(parameter.name);
        if (isSwitch && parameter.value && !parameter.colon)
            report(command, `${name} -${parameter.name} is a switch and takes a value after a colon only`);
        if (!isSwitch && !parameter.value)
            report(command, `${name} -${parameter.name} lacks its value`);
    }
}

const ASKS = /\$PSCmdlet\.ShouldProcess\(/;
const asksFirst = (condition) => ASKS.test(condition) && !/-not\s+\$PSCmdlet\.ShouldProcess\(/.test(condition);
const leavesWithoutYes = (statement) => statement.type === 'if_statement'
    && /-not\s+\$PSCmdlet\.ShouldProcess\([^{]*\{\s*(continue|return)\s*\}/.test(statement.text);

/// True when `node` runs only after somebody said yes to it: in a branch that asked, or after one that left without it.
function isBehindShouldProcess(node) {
    for (let inner = node, outer = node.parent; outer; inner = outer, outer = outer.parent) {
        if ((outer.type === 'if_statement' || outer.type === 'elseif_clause') && inner.type === 'statement_block') {
            const condition = outer.children.find((child) => child.type === 'pipeline');
            if (condition && asksFirst(condition.text))
                return true;
        }
        if (outer.type === 'statement_list') {
            for (const sibling of outer.children) {
                if (sibling.startIndex >= inner.startIndex)
                    break;
                if (leavesWithoutYes(sibling))
                    return true;
            }
        }
        if (outer.type === 'script_block_expression')
            return false;
    }
    return false;
}

/// Everything that is wrong with one script, a sentence each.
function faultsOf(text, context, { commentsOnly = false } = {}) {
    const faults = [];
    if (text === '')
        return faults;
    const report = (node, sentence) => faults.push(`line ${node.startPosition.row + 1}: ${sentence}`);
    const tree = context.parser.parse(spellOut(text, context.list));
    // Walking a whole tree is slow, and without an error needless.
    const nodes = tree.rootNode.hasError ? walk(tree.rootNode) : tree.rootNode.descendantsOfType(CHECKED);
    for (const node of nodes) {
        if (node.isError)
            report(node, `does not parse: ${node.text.slice(0, 80)}`);
        else if (node.isMissing)
            report(node, `lacks ${node.type}`);
        else if (node.type === 'expandable_string_literal' || node.type === 'expandable_here_string_literal')
            report(node, `has an expandable string: ${node.text.slice(0, 80)}`);
        else if (node.type === 'verbatim_here_string_characters')
            report(node, 'has a here-string');
        else if (node.type === 'command') {
            checkCommand(node, context.list, context.used, report);
            const name = node.children.find((child) => child.type === 'command_name')?.text ?? '';
            if (!commentsOnly && CHANGING.test(name) && !HARMLESS.has(name) && !isBehindShouldProcess(node))
                report(node, `${name} does not ask $PSCmdlet.ShouldProcess first`);
        }
    }
    tree.delete();
    return faults;
}

/// The commands that comments show for typing.
function commentedCommands(text) {
    return text.split('\n').filter((line) => /^#     \S/.test(line)).map((line) => `${line.slice(6)}\n`).join('');
}

function checkScript(bytes, context) {
    const faults = [];
    if (!(bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf))
        faults.push('has no byte order mark, so Windows PowerShell 5.1 would misread it');
    const text = bytes.toString('utf8').replace(/^\ufeff/, '').replace(/\r\n/g, '\n');
    if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd]/.test(text))
        faults.push('has a character that hides something');
    faults.push(...faultsOf(text, context));
    faults.push(...faultsOf(commentedCommands(text), context, { commentsOnly: true }).map((fault) => `shown to type, ${fault}`));
    for (const needed of ['[CmdletBinding(SupportsShouldProcess)]', '# What it changes, and for whom: ', '# Apply: ',
                          '# Verify: ', '# Roll back:']) {
        if (!text.includes(needed))
            faults.push(`lacks "${needed}"`);
    }
    return faults;
}

/// What `program arguments FOLDER` wrote: every script below that folder. Exit code 1 says that there is nothing to write.
function scriptsOf(program, argumentsBefore) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'relaywright-scripts-'));
    try {
        const run = spawnSync(program, [...argumentsBefore, folder], { encoding: 'utf8' });
        if (run.status !== 0 && run.status !== 1)
            throw new Error(`${program} ${argumentsBefore.join(' ')} ended with ${run.status ?? run.error}: ${run.stderr}`);
        const names = fs.readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.ps1')).sort();
        return names.map((name) => ({ name, bytes: fs.readFileSync(path.join(folder, name)) }));
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}

/// Each sample begins with `# expect: words of the fault`.
function checkSamples(folder, context) {
    const names = fs.readdirSync(folder).filter((name) => name.endsWith('.ps1')).sort();
    const problems = names.length === 0 ? [`${folder} has no samples`] : [];
    for (const name of names) {
        const text = fs.readFileSync(path.join(folder, name), 'utf8');
        const expected = /^# expect: (.*)$/m.exec(text)?.[1];
        const body = commentedCommands(text);
        const faults = [...faultsOf(text, context), ...faultsOf(body, context, { commentsOnly: true })];
        const fits = expected === 'nothing' ? faults.length === 0 : faults.some((fault) => fault.includes(expected));
        if (!expected || !fits)
            problems.push(`${name}: expected "${expected}", found: ${faults.join('; ') || 'nothing'}`);
    }
    return { problems, count: names.length };
}

async function main() {
    const given = options(process.argv.slice(2));
    const context = { parser: await loadParser(given.grammar), list: readList(given.cmdlets), used: new Map() };
    const samples = checkSamples(given.samples, context);
    const problems = samples.problems;
    context.used.clear();
    const sources = [['samples', scriptsOf(given.writer, [])]];
    for (const site of given.sites)
        sources.push([path.basename(site), scriptsOf(given.cli, ['artifacts', site, '--out'])]);
    const kinds = new Set();
    let count = 0;
    for (const [source, scripts] of sources) {
        for (const { name, bytes } of scripts) {
            ++count;
            kinds.add(path.basename(name).replace(/(-\d+)?\.ps1$/, ''));
            for (const fault of checkScript(bytes, context))
                problems.push(`${source}, ${name}: ${fault}`);
        }
    }
    // What the tests' own samples are for: no kind of script may be missing, and no entry of the list be idle.
    if (sources[0][1].length === 0)
        problems.push('the samples made no script, so nothing was checked');
    for (const [name, known] of context.list.commands) {
        const used = context.used.get(name);
        for (const parameter of used ? known.parameters.filter((each) => !used.has(each)) : [''])
            problems.push(`cmdlets.json: no script uses ${name}${parameter && ` -${parameter}`}; take it out of the list`);
    }
    console.log(`${samples.count} bad samples, ${given.sites.length} sites, ${count} scripts of ${kinds.size} kinds.`);
    for (const problem of problems)
        console.error(problem);
    process.exitCode = problems.length === 0 ? 0 : 1;
}

main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
});
